using System.Diagnostics;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Server.Verbs.Albums;

/// <summary>Curates an album for a verb, with progress.</summary>
internal static class AlbumReader
{
    /// <param name="photos">The album.</param>
    /// <param name="overrides">File with the user's decisions; null for none.</param>
    /// <param name="analyzer">Finds and measures faces.</param>
    /// <param name="options">Thresholds and the crop of the base.</param>
    /// <param name="console">Shows progress.</param>
    /// <param name="clock">Started with the verb.</param>
    /// <param name="stop">Ends with <see cref="OperationCanceledException"/>.</param>
    public static Album Curate(IReadOnlyList<AlbumPhoto> photos, string? overrides, FaceAnalyzer analyzer, CurationOptions options, VerbConsole console, Stopwatch clock, CancellationToken stop)
    {
        var decisions = overrides is null ? CurationOverrides.None : CurationOverrides.Read(overrides);
        var progress = new DirectProgress<CurationProgress>(p => console.Progress(new(p.Step, "photo", p.Done, p.Total, clock.Elapsed, [p.Photo])));
        return new AlbumCurator(analyzer, options).Curate(photos, decisions, progress, stop);
    }
}

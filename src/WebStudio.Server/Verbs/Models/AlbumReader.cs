using System.Diagnostics;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Server.Verbs.Models;

/// <summary>Curates an album folder for a verb, with progress.</summary>
internal static class AlbumReader
{
    /// <param name="folder">Folder of photos.</param>
    /// <param name="overrides">File with the user's decisions; null for none.</param>
    /// <param name="analyzer">Finds and measures faces.</param>
    /// <param name="options">Thresholds and the crop of the base.</param>
    /// <param name="console">Shows progress.</param>
    /// <param name="clock">Started with the verb.</param>
    /// <param name="stop">Ends with <see cref="OperationCanceledException"/>.</param>
    public static Album Curate(string folder, string? overrides, FaceAnalyzer analyzer, CurationOptions options, VerbConsole console, Stopwatch clock, CancellationToken stop)
    {
        var photos = AlbumPhoto.FromFolder(folder);
        var decisions = overrides is null ? CurationOverrides.None : CurationOverrides.Read(overrides);
        return new AlbumCurator(analyzer, options).Curate(photos, decisions, new Lines(console, clock), stop);
    }

    // Progress<T> would report on another thread, after the verb has moved on.
    private sealed class Lines(VerbConsole console, Stopwatch clock) : IProgress<CurationProgress>
    {
        public void Report(CurationProgress p) => console.Progress(new(p.Step, "photo", p.Done, p.Total, clock.Elapsed, [p.Photo]));
    }
}

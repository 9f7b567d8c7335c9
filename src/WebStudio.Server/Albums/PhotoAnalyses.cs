using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>Analyses of photos: made once by the device, kept beside the photo, made anew only when the user points at a face by hand.</summary>
internal sealed class PhotoAnalyses(
    GpuExecutor device,
    ComputeContext context,
    IDbContextFactory<StudioDb> databases,
    DataFolders folders,
    IOptions<AlbumOptions> options,
    ILogger<PhotoAnalyses> log) : IDisposable
{
    private FaceAnalyzer? _faces; // made and used on the device's thread

    /// <summary>Looks for the faces of one photo, keeps what it saw and marks the row; photos that cannot be looked at are kept as such, with the reason.</summary>
    /// <param name="ownerId">Owner of its album.</param>
    /// <param name="photo">The row as it was read.</param>
    /// <param name="cancel">Breaks off; nothing is kept then.</param>
    public async Task<PhotoAnalysis> AnalyseAsync(string ownerId, Photo photo, CancellationToken cancel)
    {
        var place = PhotoPlace.Of(folders, ownerId, photo.AlbumId, photo.Id);
        var analysis = await LookAsync(place, photo, cancel);
        await Task.Run(() => AtomicFile.Write(place.Analysis, stream => stream.Write(Encoding.UTF8.GetBytes(PhotoAnalysisJson.Write(analysis)))), cancel);
        await using var db = await databases.CreateDbContextAsync(cancel);
        var findings = PhotoFindings.Of(analysis).ToJson();
        // Where the user pointed at another face meanwhile, the row still asks for an analysis.
        // An album may have gone to the bin meanwhile: its photos are still there.
        var kept = await db.Photos.IgnoreQueryFilters(Bin.Filters).Where(p => p.Id == photo.Id && p.Decisions == photo.Decisions)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.IsAnalysed, true).SetProperty(p => p.Findings, p => p.Verdict == null ? findings : p.Findings), cancel);
        if (kept == 0 && !await db.Photos.IgnoreQueryFilters(Bin.Filters).AnyAsync(p => p.Id == photo.Id, cancel))
            place.Delete(); // the photo was removed while it was looked at
        return analysis;
    }

    /// <summary>What was kept; null where it is missing or of another version of the program.</summary>
    public async Task<PhotoAnalysis?> ReadAsync(PhotoPlace place, CancellationToken cancel)
    {
        try
        {
            return PhotoAnalysisJson.Read(await File.ReadAllTextAsync(place.Analysis, cancel));
        }
        catch (Exception e) when (e is IOException or InvalidInputException)
        {
            log.LogWarning("The analysis of photo {Photo} is made anew: {Reason}", place.PhotoId, e.Message);
            return null;
        }
    }

    public void Dispose() => _faces?.Dispose();

    private async Task<PhotoAnalysis> LookAsync(PhotoPlace place, Photo photo, CancellationToken cancel)
    {
        try
        {
            var points = PhotoOverride.Parse(photo.Decisions, photo.FileName).Crop;
            var picture = await Task.Run(() => ImageFile.Read(place.Photo, options.Value.Stored), cancel);
            var faces = await device.Background(() => PhotoFaces.Find(_faces ??= new FaceAnalyzer(context), picture, points), cancel);
            return await Task.Run(() => PhotoAnalysis.Of(picture, faces), cancel);
        }
        catch (InvalidInputException e)
        {
            return PhotoAnalysis.Unreadable(e.Message.Replace(place.Photo, photo.FileName, StringComparison.Ordinal));
        }
#pragma warning disable CA1031 // whatever goes wrong with one photo, the others go on
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.LogError(e, "Photo {Photo} could not be analysed", photo.Id);
            return PhotoAnalysis.Unreadable($"Looking for faces failed: {e.Message}");
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Gpu;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>Albums as a training wants them: every photo decided on with the user's own words, the faces in use cut out.</summary>
internal sealed class CuratedAlbums(IDbContextFactory<StudioDb> databases, DataFolders folders, PhotoAnalyses analyses, IOptions<AlbumOptions> options)
{
    /// <summary>Ids of an album's photos by name.</summary>
    public async Task<IReadOnlyDictionary<string, Guid>> IdsAsync(Guid albumId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Photos.Where(p => p.AlbumId == albumId).ToDictionaryAsync(p => p.FileName, p => p.Id, StringComparer.Ordinal, cancel);
    }

    /// <summary>The album as it is now. Photos that are not analysed yet are analysed first (in background slices: must not be awaited on the device's own thread); else the device is not needed.</summary>
    /// <param name="albumId">The album; the caller has made sure that it may be used.</param>
    /// <param name="alignment">Size and crop of the base.</param>
    /// <param name="progress">Told after every photo.</param>
    /// <param name="cancel">Stops between two photos.</param>
    /// <exception cref="InvalidInputException">The album does not exist.</exception>
    public async Task<Gpu.Faces.Curation.Album> LoadAsync(Guid albumId, FfhqAlignmentOptions alignment, IProgress<CurationProgress>? progress, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var album = await db.Albums.AsNoTracking().Include(a => a.Photos.OrderBy(p => p.Id)).SingleOrDefaultAsync(a => a.Id == albumId, cancel)
            ?? throw new InvalidInputException("The album does not exist any more.");
        var known = new List<(Photo Photo, PhotoAnalysis Analysis)>(album.Photos.Count);
        foreach (var photo in album.Photos)
        {
            var place = PhotoPlace.Of(folders, album.OwnerId, album.Id, photo.Id);
            var kept = photo.IsAnalysed ? await analyses.ReadAsync(place, cancel) : null;
            known.Add((photo, kept ?? await analyses.AnalyseAsync(album.OwnerId, photo, cancel)));
            progress?.Report(new(known.Count, album.Photos.Count, "analysing", photo.FileName));
        }
        var limits = options.Value.Stored;
        AlbumPhoto[] files = [.. album.Photos.Select(p => new AlbumPhoto(p.FileName, () => ImageFile.Read(PhotoPlace.Of(folders, album.OwnerId, album.Id, p.Id).Photo, limits)))];
        return await Task.Run(() => AlbumDecisions.Decide(known).CutOut(files, alignment, progress, cancel), cancel);
    }
}

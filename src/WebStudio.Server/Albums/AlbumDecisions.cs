using Microsoft.EntityFrameworkCore;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>Decides on albums from what is kept: analyses and the user's own words. Needs neither pictures nor the device.</summary>
internal sealed class AlbumDecisions(IDbContextFactory<StudioDb> databases, DataFolders folders, PhotoAnalyses analyses)
{
    /// <summary>Decides on the photos that are analysed and writes the verdicts. The album counts as curated when that were all and nothing changed meanwhile.</summary>
    /// <param name="albumId">The album.</param>
    /// <param name="cancel">Breaks off.</param>
    public async Task WriteAsync(Guid albumId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var album = await db.Albums.SingleOrDefaultAsync(a => a.Id == albumId, cancel);
        if (album is null)
            return;
        var revision = album.Revision;
        var photos = await db.Photos.Where(p => p.AlbumId == albumId).OrderBy(p => p.Id).ToListAsync(cancel);
        var known = await KnownAsync(album, photos, cancel);
        var decided = await Task.Run(() => Decide(known), cancel);
        foreach (var (decision, (photo, _)) in decided.Photos.Zip(known))
        {
            (photo.Verdict, photo.Reason, photo.ChosenFace) = (decision.Verdict, decision.Reason, decision.ChosenFace);
            photo.Findings = PhotoFindings.Of(decision).ToJson();
        }
        (album.Outcome, album.CuratedRevision) = (photos.Count == 0 ? "" : decided.Outcome, photos.TrueForAll(p => p.IsAnalysed) ? revision : album.CuratedRevision);
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Decides on photos; those whose analysis is not kept are left out.</summary>
    public static Gpu.Faces.Curation.Album Decide(IReadOnlyList<(Photo Photo, PhotoAnalysis Analysis)> photos) => new AlbumDecider().Decide(
        [.. photos.Select(p => new AnalysedPhoto(p.Photo.FileName, p.Analysis))],
        new CurationOverrides(photos.ToDictionary(p => p.Photo.FileName, p => Sound(PhotoOverride.Parse(p.Photo.Decisions, p.Photo.FileName), p.Analysis))));

    /// <summary>The photos whose analysis is kept; rows whose file is missing or outdated ask for it again.</summary>
    private async Task<List<(Photo Photo, PhotoAnalysis Analysis)>> KnownAsync(Album album, List<Photo> photos, CancellationToken cancel)
    {
        var known = new List<(Photo, PhotoAnalysis)>(photos.Count);
        foreach (var photo in photos.Where(p => p.IsAnalysed))
            if (await analyses.ReadAsync(PhotoPlace.Of(folders, album.OwnerId, album.Id, photo.Id), cancel) is { } analysis)
                known.Add((photo, analysis));
            else
                photo.IsAnalysed = false;
        return known;
    }

    /// <summary>A face that an analysis made anew no longer finds is nobody's choice.</summary>
    private static PhotoOverride Sound(PhotoOverride decision, PhotoAnalysis analysis) => decision.Face >= analysis.Faces.Count ? decision with { Face = null } : decision;
}

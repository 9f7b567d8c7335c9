using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>
/// The work of curation in the background, one step at a time: photos that came are analysed one by one; an album whose photos are all analysed is decided on as soon as nothing
/// changes for a moment, and now and then while a large upload goes on. Where it stands is told by the rows, so a restart goes on from there.
/// </summary>
internal sealed class CurationWork(IDbContextFactory<StudioDb> databases, PhotoAnalyses analyses, AlbumDecisions decisions, AlbumFeed feed, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(700), MeanwhileEvery = TimeSpan.FromSeconds(8);

    // Deciding takes longer the larger the album: at most a sixth of the time goes into decisions that are made while photos still come.
    private const int MeanwhileShare = 5;

    private readonly Dictionary<Guid, DateTimeOffset> _nextMeanwhile = [];

    /// <summary>Does the next piece of work.</summary>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>False when there is none.</returns>
    public async Task<bool> StepAsync(CancellationToken cancel)
    {
        var open = await OpenAlbumsAsync(cancel);
        if (open.Find(a => a.Next is not null) is { Next: { } photo } album)
        {
            await analyses.AnalyseAsync(album.OwnerId, photo, cancel);
            if (IsDueMeanwhile(album.Id))
                await DecideAsync(album.Id, cancel);
            else
                feed.Shown(album.Id);
            return true;
        }
        // What was there to analyse is analysed; more may be on its way.
        if (open.Count > 0 && !await feed.WaitAsync(Quiet, cancel))
            await DecideAsync(open[0].Id, cancel);
        return open.Count > 0;
    }

    /// <summary>Albums whose verdicts are behind, those with the fewest photos to analyse first, each with the next of these.</summary>
    private async Task<List<OpenAlbum>> OpenAlbumsAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Albums.AsNoTracking().Where(a => a.Revision != a.CuratedRevision)
            .OrderBy(a => a.Photos.Count(p => !p.IsAnalysed))
            .Select(a => new OpenAlbum(a.Id, a.OwnerId, a.Photos.Where(p => !p.IsAnalysed).OrderBy(p => p.Id).FirstOrDefault()))
            .ToListAsync(cancel);
    }

    private bool IsDueMeanwhile(Guid albumId)
    {
        if (!_nextMeanwhile.TryGetValue(albumId, out var due))
            _nextMeanwhile[albumId] = due = time.GetUtcNow() + MeanwhileEvery;
        return time.GetUtcNow() >= due;
    }

    private async Task DecideAsync(Guid albumId, CancellationToken cancel)
    {
        var begin = time.GetUtcNow();
        await decisions.WriteAsync(albumId, cancel);
        var took = time.GetUtcNow() - begin;
        _nextMeanwhile[albumId] = begin + took + (took * MeanwhileShare > MeanwhileEvery ? took * MeanwhileShare : MeanwhileEvery);
        feed.Shown(albumId);
    }

    private sealed record OpenAlbum(Guid Id, string OwnerId, Photo? Next);
}

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
        if (open.Find(a => a.Left == 0 && IsDueMeanwhile(a.Id)) is { } whole && open[^1].Left > 0)
        {
            await DecideAsync(whole.Id, cancel); // what somebody else uploads does not hold it up
            return true;
        }
        if (open.Find(a => a.Left > 0) is { } album)
        {
            if (await NextAsync(album.Id, cancel) is { } photo)
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

    /// <summary>Albums whose verdicts are behind, those with the fewest photos to analyse first.</summary>
    private async Task<List<OpenAlbum>> OpenAlbumsAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return [.. (await db.Albums.Where(a => a.Revision != a.CuratedRevision).Select(a => new OpenAlbum(a.Id, a.OwnerId, a.Photos.Count(p => !p.IsAnalysed))).ToListAsync(cancel)).OrderBy(a => a.Left)];
    }

    /// <summary>The photo to analyse next; null where it was removed meanwhile.</summary>
    private async Task<Photo?> NextAsync(Guid albumId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Photos.AsNoTracking().Where(p => p.AlbumId == albumId && !p.IsAnalysed).OrderBy(p => p.Id).FirstOrDefaultAsync(cancel);
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

    private sealed record OpenAlbum(Guid Id, string OwnerId, int Left);
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Albums;

/// <summary>Albums for the pages.</summary>
internal sealed class AlbumCatalog(
    IDbContextFactory<StudioDb> databases,
    PhotoStore store,
    AlbumFeed feed,
    BinService bin,
    AuditLog audit,
    IOptions<AlbumOptions> options,
    TimeProvider time) : IAlbums
{
    private const int Covers = 4;

    public async Task<IReadOnlyList<AlbumCard>> ListAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var albums = await db.Albums.AsNoTracking().VisibleTo(viewer).OrderByDescending(a => a.OwnerId == viewer.UserId).ThenByDescending(a => a.CreatedAt).ToListAsync();
        return await CardsAsync(db, viewer, albums, covers: 0);
    }

    public async Task<AlbumCard?> CardAsync(Viewer viewer, Guid albumId)
    {
        await using var db = await databases.CreateDbContextAsync();
        return (await CardsAsync(db, viewer, await db.Albums.AsNoTracking().VisibleTo(viewer).Where(a => a.Id == albumId).ToListAsync(), covers: 0)).SingleOrDefault();
    }

    public async Task<Paged<AlbumCard>> OwnAsync(Viewer viewer, int page)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await PageAsync(db, viewer, db.Albums.ChangeableBy(viewer), page);
    }

    public async Task<Paged<AlbumCard>> OthersAsync(Viewer viewer, int page)
    {
        if (!viewer.IsSupervisor)
            return new([], 0, 0, 0);
        await using var db = await databases.CreateDbContextAsync();
        return await PageAsync(db, viewer, db.Albums.VisibleTo(viewer).Where(a => a.OwnerId != viewer.UserId), page);
    }

    public async Task<Guid> CreateAsync(Viewer viewer, AlbumDraft draft)
    {
        draft = AlbumDrafts.Checked(draft);
        var album = new Album { OwnerId = viewer.UserId, StudioId = viewer.StudioId, Name = draft.Name, Person = draft.Person, CreatedAt = time.GetUtcNow(), Consent = AlbumDrafts.Record(draft.Consent, null, time.GetUtcNow()) };
        await using var db = await databases.CreateDbContextAsync();
        db.Albums.Add(album);
        await db.SaveChangesAsync();
        if (album.Consent is not null)
            await audit.WriteAsync(viewer, AuditActions.ConsentChanged, "album", album.Id, "recorded");
        return album.Id;
    }

    public async Task<AlbumView?> FindAsync(Viewer viewer, Guid albumId)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Albums.AsNoTracking().VisibleTo(viewer).SingleOrDefaultAsync(a => a.Id == albumId) is not { } album)
            return null;
        await audit.ViewedAsync(viewer, album.OwnerId, "album", albumId);
        var owner = album.OwnerId == viewer.UserId ? null : await db.Users.Where(u => u.Id == album.OwnerId).Select(u => u.DisplayName).FirstOrDefaultAsync() ?? "";
        return new(
            album.Id, album.Name, album.Person, album.IsSample, owner,
            album.Consent is { } c ? new(c.GivenBy, c.Scope, c.Until) : null, HoldsToday(album),
            album.Outcome, album.Revision == album.CuratedRevision,
            await db.Models.Where(m => m.AlbumId == albumId).OrderBy(m => m.Id).Select(m => (Guid?)m.Id).FirstOrDefaultAsync(), new(options.Value.MaxFileBytes, options.Value.MaxPhotos));
    }

    public async Task<IReadOnlyList<PhotoView>> PhotosAsync(Viewer viewer, Guid albumId)
    {
        await using var db = await databases.CreateDbContextAsync();
        var photos = await db.Albums.AsNoTracking().VisibleTo(viewer).Where(a => a.Id == albumId).SelectMany(a => a.Photos).OrderBy(p => p.Id).ToListAsync();
        return [.. photos.Select(PhotoFindings.View)];
    }

    public async Task UpdateAsync(Viewer viewer, Guid albumId, AlbumDraft draft)
    {
        draft = AlbumDrafts.Checked(draft);
        await using var db = await databases.CreateDbContextAsync();
        var album = await db.Albums.ChangeableBy(viewer).SingleOrDefaultAsync(a => a.Id == albumId) ?? throw Gone();
        (album.Name, album.Person) = (draft.Name, draft.Person);
        var before = album.Consent is { } held ? (held.GivenBy, held.Scope, held.Until) : default;
        album.Consent = AlbumDrafts.Record(draft.Consent, album.Consent, time.GetUtcNow());
        await db.SaveChangesAsync();
        if (before != (album.Consent is { } now ? (now.GivenBy, now.Scope, now.Until) : default))
            await audit.WriteAsync(viewer, AuditActions.ConsentChanged, "album", albumId, album.Consent is null ? "withdrawn" : "recorded");
        feed.Shown(albumId);
    }

    public async Task DeleteAsync(Viewer viewer, Guid albumId)
    {
        if (await bin.PutAlbumAsync(viewer, albumId) is { } refusal)
            throw new InvalidInputException(refusal);
        feed.Shown(albumId);
    }

    public async Task DecideAsync(Viewer viewer, Guid photoId, PhotoOverride decision)
    {
        await using var db = await databases.CreateDbContextAsync();
        var photo = await Changeable(db, viewer, photoId);
        var before = PhotoOverride.Parse(photo.Decisions, photo.FileName);
        PhotoDecisions.Check(decision, photo);
        photo.Decisions = decision.IsEmpty ? "" : decision.ToJson();
        // The face at points set by hand has to be looked at; everything else is decided from what is known.
        photo.IsAnalysed &= decision.Crop is null || decision.Crop == before.Crop;
        photo.Album!.Revision++;
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Gone(); // deleted at the same moment
        }
        feed.Changed(photo.AlbumId);
    }

    public async Task DeletePhotoAsync(Viewer viewer, Guid photoId)
    {
        await using var db = await databases.CreateDbContextAsync();
        var photo = await Changeable(db, viewer, photoId);
        await RequireIdleAsync(db, photo.AlbumId);
        await store.RemoveAsync(photo.Album!, [photoId], CancellationToken.None);
        await audit.WriteAsync(viewer, AuditActions.Deleted, "photo", photoId);
    }

    public IDisposable Watch(Guid albumId, Action changed) => feed.Watch(albumId, changed);

    private static async Task<Photo> Changeable(StudioDb db, Viewer viewer, Guid photoId) =>
        await db.Albums.ChangeableBy(viewer).SelectMany(a => a.Photos).Include(p => p.Album).SingleOrDefaultAsync(p => p.Id == photoId) ?? throw Gone();

    private static async Task RequireIdleAsync(StudioDb db, Guid albumId)
    {
        if (await db.Jobs.AnyAsync(j => j.AlbumId == albumId && JobStates.Open.Contains(j.State)))
            throw new InvalidInputException("A training uses this album; wait until it has ended, or cancel it, and then delete.");
    }

    private Task<Paged<AlbumCard>> PageAsync(StudioDb db, Viewer viewer, IQueryable<Album> albums, int page) =>
        albums.AsNoTracking().OrderByDescending(a => a.CreatedAt).ThenBy(a => a.Id).PageAsync(page, Paging.Cards, async rows => await CardsAsync(db, viewer, await rows.ToListAsync(), Covers));

    /// <summary>Cards in the order given; without pictures for programmes, which ask for all albums at once.</summary>
    private async Task<IReadOnlyList<AlbumCard>> CardsAsync(StudioDb db, Viewer viewer, IReadOnlyList<Album> albums, int covers)
    {
        var ids = albums.Select(a => a.Id).ToList();
        var owners = albums.Select(a => a.OwnerId).Where(o => o != viewer.UserId).Distinct().ToList();
        var names = await db.Users.Where(u => owners.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName);
        var counts = await AlbumCounts.OfAsync(db, ids);
        var shown = covers > 0 ? await AlbumCover.FirstAsync(db, ids, covers) : null;
        return [.. albums.Select(a => new AlbumCard(
            a.Id, a.Name, a.Person, a.IsSample, a.OwnerId == viewer.UserId ? null : names.GetValueOrDefault(a.OwnerId, ""),
            counts.GetValueOrDefault(a.Id).Photos, counts.GetValueOrDefault(a.Id).Used, HoldsToday(a), shown is null ? [] : [.. shown[a.Id]]))];
    }

    private bool HoldsToday(Album album) => album.Consent?.HoldsOn(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)) == true;

    private static InvalidInputException Gone() => new("It does not exist any more, or is not yours to change.");
}

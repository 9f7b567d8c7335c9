using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;

namespace WebStudio.Server.Albums;

/// <summary>What the album pages need.</summary>
internal sealed class AlbumService(IDbContextFactory<StudioDb> databases, PhotoFiles files, AlbumCuration curation, AlbumFeed feed, ModelFiles modelFiles, TimeProvider time) : IAlbums
{
    public async Task<IReadOnlyList<AlbumCard>> ListAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var albums = await db.Albums.AsNoTracking().VisibleTo(viewer).OrderByDescending(a => a.CreatedAt).Select(a => new
        {
            Album = a,
            Owner = db.Users.Where(u => u.Id == a.OwnerId).Select(u => u.DisplayName).First(),
            Photos = a.Photos.Count,
            Used = a.Photos.Count(p => p.Verdict == Gpu.Faces.Curation.PhotoVerdict.Used || p.Verdict == Gpu.Faces.Curation.PhotoVerdict.UsedByHand),
        }).ToListAsync();
        var covers = await CoversAsync(db, albums.Select(a => a.Album.Id));
        return [.. albums.Select(a => new AlbumCard(a.Album.Id, a.Album.Name, a.Album.Person, a.Album.OwnerId == viewer.UserId ? null : a.Owner, a.Album.IsSample, a.Photos, a.Used, covers.GetValueOrDefault(a.Album.Id)))];
    }

    /// <summary>Address of the best face of each album.</summary>
    public static async Task<Dictionary<Guid, string>> CoversAsync(StudioDb db, IEnumerable<Guid> albums)
    {
        var ids = albums.Distinct().ToList();
        var first = await db.Photos.Where(p => ids.Contains(p.AlbumId) && p.Verdict == Gpu.Faces.Curation.PhotoVerdict.Used)
            .GroupBy(p => p.AlbumId).Select(g => new { g.Key, Photo = g.OrderBy(p => p.UploadedAt).First().Id, Revision = g.First().Album!.CuratedRevision }).ToListAsync();
        return first.ToDictionary(f => f.Key, f => $"/files/albums/{f.Key}/photos/{f.Photo}/face?v={f.Revision}");
    }

    public async Task<Guid> CreateAsync(Viewer viewer, string name, string person, ConsentEntry? consent)
    {
        var album = NewAlbum(viewer, name, person, consent, time);
        await using var db = await databases.CreateDbContextAsync();
        db.Albums.Add(album);
        await db.SaveChangesAsync();
        return album.Id;
    }

    public static Album NewAlbum(Viewer viewer, string name, string person, ConsentEntry? consent, TimeProvider time) => new()
    {
        OwnerId = viewer.UserId,
        StudioId = viewer.StudioId,
        Name = name.Trim(),
        Person = person.Trim(),
        CreatedAt = time.GetUtcNow(),
        Consent = Row(consent, time),
    };

    public async Task<AlbumView?> FindAsync(Viewer viewer, Guid album)
    {
        await using var db = await databases.CreateDbContextAsync();
        var row = await db.Albums.AsNoTracking().VisibleTo(viewer).Include(a => a.Photos.OrderBy(p => p.UploadedAt)).FirstOrDefaultAsync(a => a.Id == album);
        if (row is null)
            return null;
        return new()
        {
            Id = row.Id,
            Name = row.Name,
            Person = row.Person,
            Owner = row.OwnerId == viewer.UserId ? null : await db.Users.Where(u => u.Id == row.OwnerId).Select(u => u.DisplayName).FirstAsync(),
            IsSample = row.IsSample,
            Consent = row.Consent is { } c ? new(c.GivenBy, c.Scope, c.Until) : null,
            ConsentHolds = row.Consent?.HoldsOn(Today()) == true,
            Outcome = row.Outcome,
            Revision = row.CuratedRevision,
            IsCurating = row.CuratedRevision != row.Revision || row.Photos.Exists(p => !p.IsAnalysed),
            ModelId = await db.Models.Where(m => m.AlbumId == album).OrderBy(m => m.CreatedAt).Select(m => (Guid?)m.Id).FirstOrDefaultAsync(),
            Photos = [.. row.Photos.Select(View)],
        };
    }

    public Task SetConsentAsync(Viewer viewer, Guid album, ConsentEntry? consent) => ChangeAsync(viewer, album, row => row.Consent = Row(consent, time));

    public Task RenameAsync(Viewer viewer, Guid album, string name, string person) => ChangeAsync(viewer, album, row => (row.Name, row.Person) = (name.Trim(), person.Trim()));

    public async Task DecideAsync(Viewer viewer, Guid album, Guid photo, PhotoDecisions decisions)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Albums.ChangeableBy(viewer).Include(a => a.Photos.Where(p => p.Id == photo)).FirstOrDefaultAsync(a => a.Id == album) is not { Photos: [var row] } owner)
            return;
        row.Decisions = JsonSerializer.Serialize(decisions);
        owner.Revision++;
        await db.SaveChangesAsync();
        curation.Changed(album);
    }

    public async Task DeletePhotoAsync(Viewer viewer, Guid album, Guid photo)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Albums.ChangeableBy(viewer).Include(a => a.Photos.Where(p => p.Id == photo)).FirstOrDefaultAsync(a => a.Id == album) is not { Photos: [var row] } owner)
            return;
        db.Photos.Remove(row);
        owner.Revision++;
        await db.SaveChangesAsync();
        files.Delete(owner, row);
        curation.Changed(album);
    }

    public async Task<string?> DeleteAsync(Viewer viewer, Guid album)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Albums.ChangeableBy(viewer).FirstOrDefaultAsync(a => a.Id == album) is not { } row)
            return null;
        if (await db.Jobs.AnyAsync(j => j.AlbumId == album && JobStates.Open.Contains(j.State)))
            return "A training of this album is under way: cancel it first.";
        var models = await db.Models.AsNoTracking().Where(m => m.AlbumId == album).ToListAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var ids = models.ConvertAll(m => m.Id);
        await db.SavedEdits.Where(e => ids.Contains(e.Version!.ModelId)).ExecuteDeleteAsync();
        await db.Jobs.Where(j => j.AlbumId == album).ExecuteDeleteAsync();
        await db.Versions.Where(v => ids.Contains(v.ModelId)).ExecuteDeleteAsync();
        await db.Models.Where(m => m.AlbumId == album).ExecuteDeleteAsync();
        db.Albums.Remove(row);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        foreach (var model in models)
            modelFiles.Delete(model);
        files.DeleteAlbum(row);
        return null;
    }

    public IDisposable Subscribe(Guid album, Action changed) => feed.Subscribe(album, changed);

    private async Task ChangeAsync(Viewer viewer, Guid album, Action<Album> change)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Albums.ChangeableBy(viewer).FirstOrDefaultAsync(a => a.Id == album) is not { } row)
            return;
        change(row);
        await db.SaveChangesAsync();
        feed.Changed(album);
    }

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private static Consent? Row(ConsentEntry? consent, TimeProvider time) =>
        consent is null ? null : new() { GivenBy = consent.GivenBy.Trim(), Scope = consent.Scope.Trim(), Until = consent.Until, RecordedAt = time.GetUtcNow() };

    private static PhotoView View(Photo photo) => new(
        photo.Id, photo.FileName, photo.Width, photo.Height, photo.Verdict, photo.Reason, photo.ChosenFace,
        photo.Findings.Length > 0 ? JsonSerializer.Deserialize<PhotoFindings>(photo.Findings)! : PhotoFindings.None,
        photo.Decisions.Length > 0 ? JsonSerializer.Deserialize<PhotoDecisions>(photo.Decisions)! : new());
}

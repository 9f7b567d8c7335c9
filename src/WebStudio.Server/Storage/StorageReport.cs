using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Storage;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Storage;

/// <summary>What takes a user's space, by the folders it lies in.</summary>
internal sealed class StorageReport(IDbContextFactory<StudioDb> databases, DataFolders folders, StorageMeter meter, StorageQuota quota, BinContents contents, BinService bin) : IStorage
{
    private const int Most = 30;

    public async Task<StorageView> ReadAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var places = await PlacesAsync(db, viewer);
        HashSet<string> binned = [];
        foreach (var deletion in await db.Deletions.AsNoTracking().Where(d => d.OwnerId == viewer.UserId && d.State == DeletionState.Binned).ToListAsync())
            binned.UnionWith((await contents.FindAsync(db, deletion)).Folders);
        var allowed = await quota.AllowedAsync(db, viewer.UserId);
        return await Task.Run(() =>
        {
            var user = folders.User(viewer.UserId);
            Dictionary<string, long> parts = [], within = [];
            long inBin = 0;
            foreach (var (path, bytes) in meter.Files(viewer.UserId))
            {
                Count(parts, PartOf(Path.GetRelativePath(user, path)), bytes);
                var above = Above(path, user).ToList();
                if (above.Exists(binned.Contains))
                    inBin += bytes;
                else if (above.Find(places.ContainsKey) is { } place) // the innermost: a version before its model
                    Count(within, place, bytes);
            }
            return new StorageView(
                [.. parts.Select(p => (Name: p.Key, Bytes: p.Value)).OrderByDescending(p => p.Bytes)],
                inBin,
                allowed,
                [.. within.Select(w => places[w.Key] with { Bytes = w.Value }).OrderByDescending(i => i.Bytes).Take(Most)]);
        });
    }

    public Task<string?> DeleteAsync(Viewer viewer, StorageKind kind, Guid id) => kind switch
    {
        StorageKind.Album => bin.PutAlbumAsync(viewer, id),
        StorageKind.Model => bin.PutModelAsync(viewer, id),
        StorageKind.Version => bin.PutVersionAsync(viewer, id),
        _ => Task.FromResult<string?>("A training is ended on its page."),
    };

    /// <summary>What can be opened, by the folder it lies in.</summary>
    private async Task<Dictionary<string, StorageItem>> PlacesAsync(StudioDb db, Viewer viewer)
    {
        var owner = viewer.UserId;
        var albums = await db.Albums.ChangeableBy(viewer).Select(a => new { a.Id, a.Name }).ToListAsync();
        var models = await db.Models.ChangeableBy(viewer).Select(m => new { m.Id, m.Name, m.CurrentVersionId, Versions = m.Versions.Select(v => new { v.Id, v.Name }).ToList() }).AsSplitQuery().ToListAsync();
        var jobs = await db.Jobs.ChangeableBy(viewer).Select(j => new { j.Id, Name = db.Models.Where(m => m.Id == j.ModelId).Select(m => m.Name).FirstOrDefault() }).ToListAsync();
        Dictionary<string, StorageItem> places = [];
        foreach (var album in albums)
            places[folders.Album(owner, album.Id)] = new(StorageKind.Album, album.Id, album.Name, $"/albums/{album.Id}", 0, true);
        foreach (var model in models)
        {
            places[folders.Model(owner, model.Id)] = new(StorageKind.Model, model.Id, model.Name, $"/models/{model.Id}", 0, true);
            if (model.Versions.Count > 1)
                foreach (var version in model.Versions)
                    places[folders.Version(owner, model.Id, version.Id)] = new(StorageKind.Version, version.Id, $"{model.Name}, {version.Name}", $"/models/{model.Id}", 0, version.Id != model.CurrentVersionId);
        }
        foreach (var job in jobs)
            places[folders.Job(owner, job.Id)] = new(StorageKind.Training, job.Id, job.Name ?? "Training", $"/jobs/{job.Id}", 0, false);
        return places;
    }

    private static void Count(Dictionary<string, long> sums, string key, long bytes) => sums[key] = sums.GetValueOrDefault(key) + bytes;

    /// <summary>The folders a file lies in, below the user's, the innermost first.</summary>
    private static IEnumerable<string> Above(string path, string user)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder.Length > user.Length; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }

    private static string PartOf(string path) => path.Split(Path.DirectorySeparatorChar)[0] switch
    {
        "albums" => path.EndsWith(".photo", StringComparison.Ordinal) ? "Originals" : "Thumbnails, faces and findings",
        "models" => "Versions",
        "jobs" => "Checkpoints",
        "edits" or "creations" => "Results",
        _ => "Other",
    };
}

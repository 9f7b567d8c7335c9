using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Storage;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Storage;

/// <summary>What takes a user's space, by the folders it lies in.</summary>
internal sealed class StorageReport(IDbContextFactory<StudioDb> databases, DataFolders folders, StorageMeter meter, StorageQuota quota, BinContents contents) : IStorage
{
    private const int Most = 20;

    public async Task<StorageView> ReadAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var albums = await db.Albums.ChangeableBy(viewer).Select(a => new { a.Id, a.Name }).ToListAsync();
        var models = await db.Models.ChangeableBy(viewer).Select(m => new { m.Id, m.Name }).ToListAsync();
        HashSet<string> binned = [];
        foreach (var deletion in await db.Deletions.AsNoTracking().Where(d => d.OwnerId == viewer.UserId && d.State == DeletionState.Binned).ToListAsync())
            binned.UnionWith((await contents.FindAsync(db, deletion)).Folders);
        var allowed = await quota.AllowedAsync(db, viewer.UserId);
        return await Task.Run(() =>
        {
            var user = folders.User(viewer.UserId);
            var files = meter.Files(viewer.UserId).ToList();
            List<(string Name, long Bytes)> parts = [.. files.GroupBy(f => PartOf(Path.GetRelativePath(user, f.Path))).Select(g => (Name: g.Key, Bytes: g.Sum(f => f.Bytes))).OrderByDescending(p => p.Bytes)];
            IEnumerable<StorageItem> items =
            [
                .. albums.Select(a => new StorageItem("album", a.Name, $"/albums/{a.Id}", Within(folders.Album(viewer.UserId, a.Id)))),
                .. models.Select(m => new StorageItem("model", m.Name, $"/models/{m.Id}", Within(folders.Model(viewer.UserId, m.Id)))),
            ];
            return new StorageView(parts, files.Where(f => binned.Any(b => IsIn(f.Path, b))).Sum(f => f.Bytes), allowed, [.. items.Where(i => i.Bytes > 0).OrderByDescending(i => i.Bytes).Take(Most)]);

            long Within(string folder) => files.Where(f => IsIn(f.Path, folder)).Sum(f => f.Bytes);
        });
    }

    private static bool IsIn(string path, string folder) => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string PartOf(string path) => path.Split(Path.DirectorySeparatorChar)[0] switch
    {
        "albums" => path.EndsWith(".photo", StringComparison.Ordinal) ? "Originals" : "Thumbnails, faces and findings",
        "models" => "Versions",
        "jobs" => "Checkpoints",
        "edits" or "creations" => "Results",
        _ => "Other",
    };
}

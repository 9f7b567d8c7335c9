using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Deletions;

/// <summary>What a look at the data folder found.</summary>
/// <param name="Files">Files that belonged to no row and were removed.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Missing">Files that a row names and that are not there, relative to the data folder.</param>
internal sealed record SweepReport(int Files, long Bytes, IReadOnlyList<string> Missing);

/// <summary>
/// Compares the data folder with the rows at the start: a server that was killed leaves half uploads, folders whose row was never written and files whose rows are erased. They are removed, those only that were
/// last written before this process began; a row whose file is missing is told to the log, for whoever runs the server to fetch it from a back-up.
/// </summary>
internal sealed class OrphanSweep(IDbContextFactory<StudioDb> databases, DataFolders folders, ILogger<OrphanSweep> log)
{
    private static readonly string[] Rooms = ["albums", "models", "jobs", "edits", "creations"];

    private readonly DateTime _began = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    /// <summary>Looks and removes.</summary>
    public async Task<SweepReport> SweepAsync(CancellationToken stop)
    {
        var report = new SweepReport(0, 0, []);
        try
        {
            var (kept, named, photos) = await KnownAsync(stop);
            report = await Task.Run(() => Sweep(kept, named, photos), stop);
        }
#pragma warning disable CA1031 // a folder that cannot be read must not keep the server from starting
        catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "The data folder could not be looked through");
        }
        if (report.Files > 0)
            log.LogWarning("Removed {Files} files ({Bytes} bytes) that belonged to no row", report.Files, report.Bytes);
        foreach (var missing in report.Missing)
            log.LogError("A row names {File}, which is not there: fetch it from a back-up", missing);
        return report;
    }

    /// <summary>Folders that rows own, files that rows name, and photos by their album's folder; what is in the bin counts.</summary>
    private async Task<(HashSet<string> Kept, List<string> Named, Dictionary<string, HashSet<string>> Photos)> KnownAsync(CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var albums = await db.Albums.IgnoreQueryFilters(Bin.Filters).Select(a => new { a.Id, a.OwnerId }).ToListAsync(stop);
        var photos = await db.Photos.IgnoreQueryFilters(Bin.Filters).Select(p => new { p.Id, p.AlbumId, p.Album!.OwnerId }).ToListAsync(stop);
        var models = await db.Models.IgnoreQueryFilters(Bin.Filters).Select(m => new { m.Id, m.OwnerId }).ToListAsync(stop);
        var versions = await db.Versions.IgnoreQueryFilters(Bin.Filters).Select(v => new { v.Id, v.ModelId, v.OwnerId }).ToListAsync(stop);
        var jobs = await db.Jobs.IgnoreQueryFilters(Bin.Filters).Select(j => new { j.Id, j.OwnerId }).ToListAsync(stop);
        var creations = await db.Creations.IgnoreQueryFilters(Bin.Filters).Select(c => new { c.Id, c.OwnerId }).ToListAsync(stop);
        var edits = await db.SavedEdits.IgnoreQueryFilters(Bin.Filters).Select(e => new { e.Id, e.OwnerId }).ToListAsync(stop);
        HashSet<string> kept =
        [
            .. albums.Select(a => folders.Album(a.OwnerId, a.Id)),
            .. models.Select(m => folders.Model(m.OwnerId, m.Id)),
            .. versions.Select(v => folders.Version(v.OwnerId, v.ModelId, v.Id)),
            .. jobs.Select(j => folders.Job(j.OwnerId, j.Id)),
            .. creations.Select(c => folders.Creation(c.OwnerId, c.Id)),
            .. edits.Select(e => folders.Edit(e.OwnerId, e.Id)),
        ];
        List<string> named =
        [
            .. photos.Select(p => PhotoPlace.Of(folders, p.OwnerId, p.AlbumId, p.Id).Photo),
            .. versions.Select(v => Path.Combine(folders.Version(v.OwnerId, v.ModelId, v.Id), BaseFolder.GeneratorFile)),
        ];
        var byAlbum = photos.GroupBy(p => PhotoPlace.FolderOf(folders, p.OwnerId, p.AlbumId)).ToDictionary(g => g.Key, g => g.Select(p => p.Id.ToString("N")).ToHashSet());
        return (kept, named, byAlbum);
    }

    private SweepReport Sweep(HashSet<string> kept, List<string> named, Dictionary<string, HashSet<string>> photos)
    {
        var (files, bytes) = (0, 0L);
        var users = Path.Combine(folders.Root, "users");
        foreach (var user in Subfolders(users))
        {
            foreach (var room in Subfolders(user).Where(r => Rooms.Contains(Path.GetFileName(r)))) // what is not known here is not judged
                foreach (var own in Subfolders(room))
                    if (!kept.Contains(own))
                        RemoveFolder(own);
                    else if (Path.GetFileName(room) == "models")
                        foreach (var version in Subfolders(own).Where(v => !kept.Contains(v)))
                            RemoveFolder(version);
            foreach (var file in Files(user).Where(IsHalf).ToList())
                RemoveFile(file);
        }
        foreach (var album in Subfolders(users).SelectMany(u => Subfolders(Path.Combine(u, "albums"))).Select(a => Path.Combine(a, "photos")))
            foreach (var file in Subfiles(album).Where(f => !photos.GetValueOrDefault(album, []).Contains(Path.GetFileName(f).Split('.')[0])))
                RemoveFile(file);
        return new(files, bytes, [.. named.Where(n => !File.Exists(n)).Select(n => Path.GetRelativePath(folders.Root, n))]);

        void RemoveFolder(string folder)
        {
            var had = Files(folder).Any(); // an empty one may have been made this moment
            foreach (var file in Files(folder).ToList())
                RemoveFile(file);
            if (!Files(folder).Any() && (had || Directory.GetLastWriteTimeUtc(folder) < _began))
                Directory.Delete(folder, recursive: true);
        }

        void RemoveFile(string path)
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.LastWriteTimeUtc >= _began) // somebody writes it just now
                return;
            (files, bytes) = (files + 1, bytes + file.Length);
            file.Delete();
        }
    }

    private static bool IsHalf(string file) => Path.GetFileName(file) is ['.', ..] && Path.GetExtension(file) == ".partial";

    private static IEnumerable<string> Subfolders(string folder) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];

    private static IEnumerable<string> Subfiles(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
}

using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Deletions;

/// <summary>What a look at the data folder found.</summary>
/// <param name="Files">Files that belonged to no row and were removed.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Missing">Files that a row names and that are not there, relative to the data folder.</param>
internal sealed record SweepReport(int Files, long Bytes, IReadOnlyList<string> Missing);

/// <summary>
/// Compares the data folder with the rows, at the start and when an admin asks: a server that was killed leaves half uploads, folders whose row was never written and files whose rows are erased. They are removed, those only that were
/// last written before this process began, or before the last hour; a row whose file is missing is told to the log, for whoever runs the server to fetch it from a back-up.
/// </summary>
internal sealed class OrphanSweep(IDbContextFactory<StudioDb> databases, DataFolders folders, RowFiles rows, ILogger<OrphanSweep> log)
{
    private static readonly string[] Rooms = ["albums", "models", "jobs", "edits", "creations"];

    private readonly DateTime _began = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    /// <summary>Looks and removes.</summary>
    public async Task<SweepReport> SweepAsync(CancellationToken stop)
    {
        var report = new SweepReport(0, 0, []);
        try
        {
            await using var db = await databases.CreateDbContextAsync(stop);
            report = await Task.Run(() => Sweep(db, _began), stop);
        }
#pragma warning disable CA1031 // a folder that cannot be read must not keep the server from starting
        catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "The data folder could not be looked through");
        }
        return report;
    }

    /// <summary>Looks and removes, now.</summary>
    /// <param name="db">The rows.</param>
    /// <param name="before">What was written since this moment, UTC, stays.</param>
    /// <exception cref="IOException">A folder cannot be read, or a file not removed.</exception>
    public SweepReport Sweep(StudioDb db, DateTime before)
    {
        var report = Sweep(rows.Read(db), before);
        if (report.Files > 0)
            log.LogWarning("Removed {Files} files ({Bytes} bytes) that belonged to no row", report.Files, report.Bytes);
        foreach (var missing in report.Missing)
            log.LogError("A row names {File}, which is not there: fetch it from a back-up", missing);
        return report;
    }

    private SweepReport Sweep(RowBelongings belongings, DateTime before)
    {
        var (files, bytes) = (0, 0L);
        var users = Path.Combine(folders.Root, "users");
        foreach (var user in Subfolders(users))
        {
            foreach (var room in Subfolders(user).Where(r => Rooms.Contains(Path.GetFileName(r)))) // what is not known here is not judged
                foreach (var own in Subfolders(room))
                    if (!belongings.Folders.Contains(own))
                        RemoveFolder(own);
                    else if (Path.GetFileName(room) == "models")
                        foreach (var version in Subfolders(own).Where(v => !belongings.Folders.Contains(v)))
                            RemoveFolder(version);
            foreach (var folder in Directory.EnumerateDirectories(user, ".*.partial", SearchOption.AllDirectories).ToList())
                RemoveFolder(folder);
            foreach (var file in Files(user).Where(IsHalf).ToList())
                RemoveFile(file);
        }
        foreach (var album in Subfolders(users).SelectMany(u => Subfolders(Path.Combine(u, "albums"))).Select(a => Path.Combine(a, "photos")))
            foreach (var file in Subfiles(album).Where(f => !belongings.Own(f)))
                RemoveFile(file);
        return new(files, bytes, [.. belongings.Named.Where(n => !File.Exists(n)).Select(n => Path.GetRelativePath(folders.Root, n))]);

        void RemoveFolder(string folder)
        {
            if (!Directory.Exists(folder))
                return; // went with the one it lay in
            var had = Files(folder).Any(); // an empty one may have been made this moment
            foreach (var file in Files(folder).ToList())
                RemoveFile(file);
            if (!Files(folder).Any() && (had || Directory.GetLastWriteTimeUtc(folder) < before))
                Directory.Delete(folder, recursive: true);
        }

        void RemoveFile(string path)
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.LastWriteTimeUtc >= before) // somebody writes it just now
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

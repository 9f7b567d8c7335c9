using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Backups;

/// <summary>What became of a back-up.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Files">Its files.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="CopiedFiles">Those of them that an earlier back-up did not have already.</param>
/// <param name="CopiedBytes">Their size.</param>
/// <param name="Lost">Files that rows name and that the data folder itself lacks, relative to it.</param>
/// <param name="Pruned">Old back-ups that were removed.</param>
/// <param name="Seconds">What it took.</param>
internal sealed record BackupReport(string Folder, int Files, long Bytes, int CopiedFiles, long CopiedBytes, IReadOnlyList<string> Lost, int Pruned, double Seconds);

/// <summary>
/// Backs a data folder up while a server, this one or another process, works on it. Files come before their rows and go after them, so files are taken first, then the database, then the files that are new;
/// that is repeated until no row of the copy misses a file.
/// </summary>
internal sealed class BackupMaker(IDbContextFactory<StudioDb> databases, DataFolders folders, RowFiles rows, TimeProvider time)
{
    private const int MostTurns = 30;

    /// <summary>Makes one.</summary>
    /// <param name="shelf">Where to.</param>
    /// <param name="full">Copies also what an earlier back-up has.</param>
    /// <param name="keep">How many back-ups stay; null for all.</param>
    /// <param name="taken">Told how many files are taken.</param>
    /// <param name="stop">Breaks off; nothing is left of it then.</param>
    /// <exception cref="InvalidInputException">The data folder or the target cannot be used; a sentence for whoever runs the server. Nothing is left behind.</exception>
    public BackupReport Make(BackupShelf shelf, bool full, int? keep, IProgress<int>? taken, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        if (IsWithin(shelf.Folder, folders.Root))
            throw new InvalidInputException($"{shelf.Folder} lies in the data folder and would be lost with it: name a folder outside of {folders.Root}, best on another disk.");
        using var alone = shelf.Lock();
        try
        {
            shelf.RemoveLeftovers();
            var (made, earlier) = (time.GetUtcNow(), full ? null : FindEarlier(shelf));
            var place = shelf.Place(made);
            BackupDraft? draft = null;
            IReadOnlyList<string> lost = [];
            AtomicFolder.Write(place, beside =>
            {
                File.SetUnixFileMode(beside, DataFolders.Private);
                draft = new(folders, Path.Combine(beside, BackupManifest.Data), earlier, taken);
                (var migration, lost) = Fill(draft, stop);
                using (var written = File.OpenHandle(draft.Database))
                    Libc.Sync(written); // before the manifest, which says that all of it is there
                new BackupManifest { Program = BackupManifest.ThisProgram.ToString(), Migration = migration, Made = made, Lost = lost, Files = [.. draft.Files.OrderBy(f => f.Path, StringComparer.Ordinal)] }.Write(beside);
            });
            var copied = draft!.Copied.ToList();
            return new(place, draft.Files.Count, draft.Files.Sum(f => f.Bytes), copied.Count, copied.Sum(f => f.Bytes), lost, keep is { } most ? shelf.Prune(most) : 0, clock.Elapsed.TotalSeconds);
        }
        catch (Exception e) when (DiskFull.Caused(e))
        {
            throw new InvalidInputException($"The disk of {shelf.Folder} is full: no back-up was made and nothing of it is left. Make room there, or keep fewer back-ups.", e);
        }
        catch (DbException e)
        {
            throw new InvalidInputException($"The database in {folders.Root} cannot be copied: {e.Message}", e);
        }
    }

    private (string Migration, IReadOnlyList<string> Lost) Fill(BackupDraft draft, CancellationToken stop)
    {
        draft.TakeFiles(stop);
        for (var turn = 1; turn <= MostTurns; turn++)
        {
            var (copied, migration) = CopyDatabase(draft.Database);
            draft.TakeFiles(stop);
            var missing = copied.Named.Concat(copied.Remade).Where(f => !draft.Has(f)).ToList();
            var now = ReadRows();
            // A file that was not there while its row was: no race, the data folder lacks it. Another back-up would not have it either.
            var lost = missing.Where(f => now.Named.Contains(f) || now.Remade.Contains(f)).ToList();
            if (lost.Count == missing.Count && copied.Folders.IsSubsetOf(now.Folders))
            {
                draft.DropErased(copied);
                draft.TakeDatabase(stop);
                return (migration, [.. lost.Where(copied.Named.Contains).Select(f => Path.GetRelativePath(folders.Root, f)).Order(StringComparer.Ordinal)]);
            }
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20 * turn));
            stop.ThrowIfCancellationRequested();
        }
        throw new InvalidInputException("So much was deleted meanwhile that no state of the data folder could be held: try again in a few minutes.");
    }

    private (RowBelongings Belongings, string Migration) CopyDatabase(string path)
    {
        using var db = databases.CreateDbContext();
        using var state = StudioDatabase.HoldState(db);
        var migration = db.Database.GetAppliedMigrations().LastOrDefault() ?? "";
        if (migration != db.Database.GetMigrations().Last())
            throw new InvalidInputException($"The database in {folders.Root} is of another version of the program ({migration}): use that version, or start the server of this one on it first.");
        var belongings = rows.Read(db);
        StudioDatabase.Copy(db, path);
        return (belongings, migration);
    }

    private RowBelongings ReadRows()
    {
        using var db = databases.CreateDbContext();
        using var state = StudioDatabase.HoldState(db);
        return rows.Read(db);
    }

    private static (string Folder, BackupManifest Manifest)? FindEarlier(BackupShelf shelf)
    {
        try
        {
            return shelf.Newest is { } newest ? (Path.Combine(newest, BackupManifest.Data), BackupManifest.Read(newest)) : null;
        }
        catch (InvalidInputException)
        {
            return null; // damaged: everything is copied anew
        }
    }

    /// <summary>Whether a folder is another or lies in it.</summary>
    public static bool IsWithin(string folder, string root) => $"{Path.GetFullPath(folder)}/".StartsWith($"{root}/", StringComparison.Ordinal);
}

using Microsoft.EntityFrameworkCore;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Audit;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Data;

/// <summary>
/// Brings the database to the program's version. What it was before is kept as backups/before-MIGRATION.db, the newest few of these.
/// SQLite changes a table by making it anew, which no transaction can hold: a mark beside the database says that a change is under way, and a start that finds it begins again from the copy.
/// Holds the data folder until it is disposed: two servers would each take up the other's work.
/// </summary>
internal sealed partial class DatabaseUpgrade(IDbContextFactory<StudioDb> databases, DataFolders folders, ILogger<DatabaseUpgrade> log) : IDisposable
{
    private const int CopiesKept = 3;

    private IDisposable? _alone;

    private string Mark => Path.Combine(folders.Root, ".migrating");

    /// <exception cref="InvalidInputException">Another server is at work in the folder, the database is of a newer program, or a change that was broken off cannot be taken back.</exception>
    public async Task RunAsync()
    {
        _alone ??= FolderLock.Take(folders.Root, $"Another server is at work in the data folder {folders.Root}: stop it, or give this one a folder of its own (setting Storage:Root).");
        if (Directory.Exists(Path.Combine(folders.Root, DataFolders.RestoringFolder)))
            throw new InvalidInputException($"Restoring a back-up into {folders.Root} was broken off: empty the folder and restore it again.");
        TakeBackWhatWasBrokenOff();
        await using var db = await databases.CreateDbContextAsync();
        var isNew = !File.Exists(folders.Database);
        if (!isNew)
            await StudioDatabase.ForgetMigrationLockAsync(db);
        if (!isNew && (await db.Database.GetAppliedMigrationsAsync()).Except(db.Database.GetMigrations()).LastOrDefault() is { } unknown)
            throw new InvalidInputException($"The database in {folders.Root} was changed by a newer version of the program ({unknown}): use that version, or a newer one.");
        if ((await db.Database.GetPendingMigrationsAsync()).FirstOrDefault() is { } next)
        {
            var copy = isNew ? "" : await KeepAsync(db, next);
            AtomicFile.Write(Mark, stream =>
            {
                using var text = new StreamWriter(stream, leaveOpen: true);
                text.Write(copy);
            });
            await db.Database.MigrateAsync();
            ForgetMark();
        }
        await AuditLog.ProtectAsync(db);
    }

    public void Dispose() => _alone?.Dispose();

    private void TakeBackWhatWasBrokenOff()
    {
        if (!File.Exists(Mark))
            return;
        var name = File.ReadAllText(Mark);
        var copy = name.Length == 0 ? null : Path.Combine(folders.Copies, name);
        if (copy is not null && !File.Exists(copy))
            throw new InvalidInputException($"The program was ended while it changed the database to its version, and the copy from before, {copy}, is missing: put it back there, or restore the last back-up.");
        StudioDatabase.PutBack(folders.Database, copy);
        File.Delete(Mark);
        TakenBack(name.Length == 0 ? "nothing" : name);
    }

    /// <summary>On the disk before anything is served: after a power cut a mark that came back would take back what was served meanwhile.</summary>
    private void ForgetMark()
    {
        File.Delete(Mark);
        // Any file of the file system will do but the database: closing a second handle on that would undo SQLite's locks.
        using var any = File.OpenHandle(Path.Combine(folders.Root, ".sync"), FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        Libc.Sync(any);
    }

    private async Task<string> KeepAsync(StudioDb db, string next)
    {
        var name = $"before-{next}.db";
        await Task.Run(() => StudioDatabase.Copy(db, Path.Combine(folders.Copies, name)));
        foreach (var old in new DirectoryInfo(folders.Copies).EnumerateFiles("before-*.db").OrderByDescending(f => f.LastWriteTimeUtc).Skip(CopiesKept).ToList())
            old.Delete();
        return name;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A change of the database to a new version had been broken off; begun again from {Copy}")]
    private partial void TakenBack(string copy);
}

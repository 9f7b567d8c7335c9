using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;

namespace WebStudio.Server.Data;

/// <summary>What is SQLite's own, beside the connection's settings (<see cref="SqlitePragmas"/>): another provider has another form of each of these.</summary>
internal static class StudioDatabase
{
    private const int Full = 13, Constraint = 19; // SQLITE_FULL, SQLITE_CONSTRAINT

    /// <summary>Moves what was written into the database file and empties the log beside it, so that nothing erased stays readable there.</summary>
    public static Task EmptyLogAsync(StudioDb db) => db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");

    /// <summary>Until it is disposed, everything read and copied through the context is one state of the database; nobody waits for it.</summary>
    public static IDisposable HoldState(StudioDb db)
    {
        db.Database.OpenConnection();
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true); // EF's own would keep writers out
        db.Database.UseTransaction(transaction);
        return transaction;
    }

    /// <summary>Copies the database while it is in use: a state between two transactions, in a single file.</summary>
    /// <param name="db">The database.</param>
    /// <param name="path">Where to; what is there is replaced once the copy is whole.</param>
    /// <exception cref="InvalidInputException">The database is damaged.</exception>
    public static void Copy(StudioDb db, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.partial";
        File.Delete(beside); // of a program that was killed
        db.Database.OpenConnection();
        using (var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = beside, Pooling = false }.ToString()))
        {
            copy.Open();
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(copy);
            Ask(copy, "PRAGMA journal_mode = DELETE"); // no log beside the file
            if (Ask(copy, "PRAGMA quick_check(1)") is var found && found != "ok")
                throw new InvalidInputException($"The database is damaged: {found}. Take it from the last back-up that can be verified.");
        }
        db.Database.CloseConnection();
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Replaces the database by a copy made with <see cref="Copy"/>, or removes it; nobody has it open.</summary>
    /// <param name="database">The database file.</param>
    /// <param name="copy">The copy, which stays; null where there was no database.</param>
    public static void PutBack(string database, string? copy)
    {
        SqliteConnection.ClearAllPools();
        foreach (var log in (string[])["-wal", "-shm"])
            File.Delete(database + log);
        if (copy is null)
            File.Delete(database);
        else
            AtomicFile.Write(database, place =>
            {
                using var source = File.OpenRead(copy);
                source.CopyTo(place);
            });
    }

    /// <summary>Removes the row by which EF keeps two programs from changing one database at once: a program that is killed leaves it, and every later one would wait for good. Only for who has the data folder alone.</summary>
    public static async Task ForgetMigrationLockAsync(StudioDb db)
    {
        if (await db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'").SingleAsync() > 0)
            await db.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsLock");
    }

    /// <summary>Makes the database refuse to change or delete rows of a table.</summary>
    /// <param name="db">The database.</param>
    /// <param name="table">The table; part of the program, no input.</param>
    /// <param name="sentence">What the refusal says, without an apostrophe.</param>
    public static async Task KeepRowsAsync(StudioDb db, string table, string sentence)
    {
        foreach (var change in (string[])["UPDATE", "DELETE"])
#pragma warning disable EF1002 // words of the program
            await db.Database.ExecuteSqlRawAsync($"CREATE TRIGGER IF NOT EXISTS {table}_no_{change} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END");
#pragma warning restore EF1002
    }

    /// <summary>The database could not write because its disk is full.</summary>
    public static bool IsFull(Exception? error) => error is SqliteException { SqliteErrorCode: Full };

    /// <summary>A row breaks a rule of the database: one it belongs to is gone, or what may be there once is there.</summary>
    public static bool IsConstraint(Exception? error) => error is SqliteException { SqliteErrorCode: Constraint };

    private static string Ask(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return (string)command.ExecuteScalar()!;
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace WebStudio.Server.Data;

/// <summary>What is SQLite's own, beside the connection's settings (<see cref="SqlitePragmas"/>): another provider has another form of each of these.</summary>
internal static class StudioDatabase
{
    /// <summary>Moves what was written into the database file and empties the log beside it, so that nothing erased stays readable there.</summary>
    public static Task EmptyLogAsync(StudioDb db) => db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");

    /// <summary>Copies the database while it is in use: a state between two transactions.</summary>
    /// <param name="db">The database.</param>
    /// <param name="path">Where to; what is there is replaced once the copy is whole.</param>
    public static async Task CopyAsync(StudioDb db, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.partial";
        await db.Database.OpenConnectionAsync();
        await Task.Run(() =>
        {
            using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = beside, Pooling = false }.ToString());
            copy.Open();
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(copy);
        });
        await db.Database.CloseConnectionAsync();
        File.Move(beside, path, overwrite: true);
    }
}

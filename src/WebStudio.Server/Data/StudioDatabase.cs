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
    /// <param name="path">A file that is not there yet.</param>
    public static async Task CopyAsync(StudioDb db, string path)
    {
        await db.Database.OpenConnectionAsync();
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        copy.Open();
        await Task.Run(() => ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(copy));
    }

    /// <summary>Whether a file is a database in order, by its own check.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public static string Check(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            return command.ExecuteScalar() as string is "ok" ? "" : "its pages are damaged";
        }
        catch (SqliteException e)
        {
            return e.Message;
        }
    }
}

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace WebStudio.Server.Data;

/// <summary>
/// What every connection is told: write-ahead log (readers do not wait for the writer), flush at checkpoints only, wait five seconds for a lock, keep foreign keys, overwrite what is deleted.
/// The cache stays private: a shared one answers LOCKED at once instead of BUSY after the wait.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string Text = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";

    // EF looks whether there is a database by opening it to read alone; one that was restored is not in write-ahead mode yet, and cannot be put into it then.
    private const string Reading = "PRAGMA busy_timeout = 5000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = CommandFor(connection);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = CommandFor(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand CommandFor(DbConnection connection)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // one of the two texts above
        command.CommandText = new SqliteConnectionStringBuilder(connection.ConnectionString).Mode == SqliteOpenMode.ReadOnly ? Reading : Text;
#pragma warning restore CA2100
        return command;
    }
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace WebStudio.Server.Data;

/// <summary>
/// What every connection is told: write-ahead log (readers do not wait for the writer), flush at checkpoints only, wait five seconds for a lock, keep foreign keys, overwrite what is deleted.
/// The cache stays private: a shared one answers LOCKED at once instead of BUSY after the wait.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string Text = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Text;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Text;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

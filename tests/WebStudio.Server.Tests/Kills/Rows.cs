using System.Globalization;
using Microsoft.Data.Sqlite;

namespace WebStudio.Server.Tests.Kills;

/// <summary>The rows that name files, read with SQL from a copy of the database as it lies there: nothing of the product's reads or mends it first.</summary>
internal sealed record Rows(IReadOnlyList<AlbumRow> Albums, IReadOnlyList<PhotoRow> Photos, IReadOnlyList<ModelRow> Models, IReadOnlyList<VersionRow> Versions, IReadOnlyList<JobRow> Jobs)
{
    public static Rows Read(string data)
    {
        using var folder = new TemporaryFolder();
        foreach (var ending in (string[])["", "-wal"]) // what was committed last lies in the log
            if (File.Exists(Path.Combine(data, $"webstudio.db{ending}")))
                File.Copy(Path.Combine(data, $"webstudio.db{ending}"), folder[$"copy.db{ending}"]);
        using var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = folder["copy.db"], Pooling = false }.ToString());
        db.Open();
        if (Query(db, "PRAGMA integrity_check", r => r.GetString(0)) is not ["ok"] and var damage)
            throw new InvalidDataException($"The database is damaged: {string.Join("; ", damage)}");
        return new(
            Query(db, "SELECT Id, OwnerId, DeletedAt FROM Albums", r => new AlbumRow(Id(r, 0), r.GetString(1), !r.IsDBNull(2))),
            Query(db, "SELECT p.Id, p.AlbumId, a.OwnerId, p.Bytes, p.Sha256, p.UploadSha256, p.Width, p.Height, p.IsAnalysed, p.Decisions FROM Photos p JOIN Albums a ON a.Id = p.AlbumId",
                r => new PhotoRow(Id(r, 0), Id(r, 1), r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetString(5), r.GetInt32(6), r.GetInt32(7), r.GetBoolean(8), r.GetString(9))),
            Query(db, "SELECT Id, OwnerId, DeletedAt FROM Models", r => new ModelRow(Id(r, 0), r.GetString(1), !r.IsDBNull(2))),
            Query(db, "SELECT Id, ModelId, OwnerId, Bytes, Sha256, JobId FROM Versions", r => new VersionRow(Id(r, 0), Id(r, 1), r.GetString(2), r.GetInt64(3), r.GetString(4), Id(r, 5))),
            Query(db, "SELECT Id, OwnerId, State, Error FROM Jobs", r => new JobRow(Id(r, 0), r.GetString(1), r.GetString(2), r.GetString(3))));
    }

    private static List<T> Query<T>(SqliteConnection db, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = db.CreateCommand();
#pragma warning disable CA2100 // the sentences above
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private static Guid Id(SqliteDataReader row, int column) => row.IsDBNull(column) ? Guid.Empty : Guid.Parse(row.GetString(column), CultureInfo.InvariantCulture);
}

internal sealed record AlbumRow(Guid Id, string Owner, bool IsDeleted);

internal sealed record PhotoRow(Guid Id, Guid Album, string Owner, long Bytes, string Sha256, string UploadSha256, int Width, int Height, bool IsAnalysed, string Decisions);

internal sealed record ModelRow(Guid Id, string Owner, bool IsDeleted);

internal sealed record VersionRow(Guid Id, Guid Model, string Owner, long Bytes, string Sha256, Guid Job);

internal sealed record JobRow(Guid Id, string Owner, string State, string Error);

using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Server.Data;

namespace WebStudio.Server.Tests.Data;

/// <summary>A database of an earlier version of the program.</summary>
public sealed class MigrationTests
{
    private const string Earlier = "20261125103828_Workbench", Next = "20261125155741_Trust";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_kept_as_it_was_before_it_is_changed_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var app = Build(folder);
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel))
        {
            await db.GetService<IMigrator>().MigrateAsync(Earlier, Cancel);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO Studios (Id, Name, ApprovalBeforeExport, CreatedAt) VALUES ('01A00000-0000-7000-8000-000000000001', 'Before', 0, 0)", Cancel);
        }
        var copies = Directory.CreateDirectory(Path.Combine(folder.Path, "backups")).FullName;
        for (var age = 1; age <= 4; age++)
        {
            await File.WriteAllTextAsync(Path.Combine(copies, $"before-{age}.db"), "", Cancel);
            File.SetLastWriteTimeUtc(Path.Combine(copies, $"before-{age}.db"), DateTime.UtcNow.AddDays(-age));
        }
        await app.MigrateAsync();
        Assert.Equal(["before-1.db", "before-2.db", $"before-{Next}.db"], Directory.GetFiles(copies).Select(Path.GetFileName).Order(StringComparer.Ordinal)); // the newest three
        Assert.Equal(["Before"], Read(Path.Combine(folder.Path, "webstudio.db"), "SELECT Name FROM Studios"));
        Assert.Equal(["Deletions"], Read(Path.Combine(folder.Path, "webstudio.db"), "SELECT name FROM sqlite_master WHERE name = 'Deletions'"));

        var kept = Path.Combine(folder.Path, "backups", $"before-{Next}.db");
        Assert.Equal(["ok"], Read(kept, "PRAGMA integrity_check"));
        Assert.Equal(["Before"], Read(kept, "SELECT Name FROM Studios"));
        Assert.Empty(Read(kept, "SELECT name FROM sqlite_master WHERE name = 'Deletions'"));
    }

    [Fact]
    public async Task A_new_one_and_one_that_is_up_to_date_leave_no_copy()
    {
        using var folder = new TemporaryFolder();
        await using var app = Build(folder);
        await app.MigrateAsync();
        await app.MigrateAsync();
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "backups")));
    }

    private static WebApplication Build(TemporaryFolder folder) => StudioHost.Build([$"--Storage:Root={folder.Path}", "--urls=http://127.0.0.1:0"]);

    private static List<string> Read(string file, string query)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetString(0));
        return rows;
    }
}

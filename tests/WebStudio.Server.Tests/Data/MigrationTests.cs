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

    [Fact]
    public async Task A_start_that_was_killed_while_it_held_EFs_own_lock_keeps_no_later_one_waiting()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = Build(folder))
        {
            await killed.MigrateAsync();
            await Change(killed, "INSERT INTO __EFMigrationsLock (Id, Timestamp) VALUES (1, '2026-01-01 00:00:00+00:00')");
        }
        await using var app = Build(folder);
        await app.MigrateAsync().WaitAsync(TimeSpan.FromMinutes(1), Cancel); // EF waits for good
    }

    [Fact]
    public async Task One_that_was_killed_in_the_middle_is_begun_again_from_the_copy()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = Build(folder))
        {
            await using (var db = await killed.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel))
                await db.GetService<IMigrator>().MigrateAsync(Earlier, Cancel);
            await Change(killed, "INSERT INTO Studios (Id, Name, ApprovalBeforeExport, CreatedAt) VALUES ('01A00000-0000-7000-8000-000000000001', 'Before', 0, 0)");
            await killed.MigrateAsync();
            // What a kill between two statements leaves: some of the tables are there, the history does not know of them.
            await Change(killed, $"DELETE FROM __EFMigrationsHistory WHERE MigrationId >= '{Next}'; DELETE FROM Studios");
        }
        await File.WriteAllTextAsync(Path.Combine(folder.Path, ".migrating"), $"before-{Next}.db", Cancel);
        await using var app = Build(folder);
        await app.MigrateAsync();
        Assert.Equal(["Before"], Read(Path.Combine(folder.Path, "webstudio.db"), "SELECT Name FROM Studios"));
        Assert.Equal(["Deletions"], Read(Path.Combine(folder.Path, "webstudio.db"), "SELECT name FROM sqlite_master WHERE name = 'Deletions'"));
        Assert.False(File.Exists(Path.Combine(folder.Path, ".migrating")));
    }

    [Fact]
    public async Task A_new_one_that_was_killed_in_the_middle_is_begun_again()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = Build(folder))
        {
            await using var db = await killed.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel);
            await db.GetService<IMigrator>().MigrateAsync(Earlier, Cancel);
            await db.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsHistory", Cancel);
        }
        await File.WriteAllTextAsync(Path.Combine(folder.Path, ".migrating"), "", Cancel);
        await using var app = Build(folder);
        await app.MigrateAsync();
        Assert.Empty(Read(Path.Combine(folder.Path, "webstudio.db"), "SELECT Name FROM Studios"));
    }

    [Fact]
    public async Task Without_the_copy_nothing_is_touched_and_it_is_said_what_is_missing()
    {
        using var folder = new TemporaryFolder();
        await using (var first = Build(folder))
            await first.MigrateAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, ".migrating"), "before-x.db", Cancel);
        var before = await File.ReadAllBytesAsync(Path.Combine(folder.Path, "webstudio.db"), Cancel);
        Cli.Run("serve", "--urls=http://127.0.0.1:0", $"--Storage:Root={folder.Path}").Fails(2, "before-x.db", "is missing", "back-up");
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(folder.Path, "webstudio.db"), Cancel));
    }

    [Fact]
    public async Task One_of_a_newer_program_and_one_that_another_server_has_are_refused()
    {
        using var folder = new TemporaryFolder();
        await using (var app = Build(folder))
        {
            await app.MigrateAsync();
            Cli.Run("serve", "--urls=http://127.0.0.1:0", $"--Storage:Root={folder.Path}").Fails(2, "Another server is at work", folder.Path, "Storage:Root");
            await Change(app, "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Future', '99.0')");
        }
        Cli.Run("serve", "--urls=http://127.0.0.1:0", $"--Storage:Root={folder.Path}").Fails(2, "newer version", "29990101000000_Future");
    }

    private static async Task Change(WebApplication app, string sql)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel);
        await db.Database.ExecuteSqlRawAsync(sql, Cancel);
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

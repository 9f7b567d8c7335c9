using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using WebStudio.Gpu;
using WebStudio.Server.Backups;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Backups;

/// <summary>What is in a back-up, and what it costs.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private QuietStudio _studio = null!;

    public async ValueTask InitializeAsync() => _studio = await QuietStudio.CreateAsync();

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public void Holds_database_and_files_and_neither_what_is_half_written_nor_what_is_made_again()
    {
        var version = _studio.AddVersion("anchors.safetensors");
        var key = _studio.Write(Path.Combine(_studio.Data, "keys", "key-1.xml"), "<key/>");
        var photos = Path.GetDirectoryName(_studio.Original)!;
        string[] passing =
        [
            Path.Combine(photos, ".upload.partial"), Path.Combine(_studio.Data, "bases", ".base.partial", "generator.safetensors"), Path.Combine(photos, $"{Guid.NewGuid():N}.face-0123456789abcdef.webp"),
            Path.Combine(_studio.Data, "speed.json"), Path.Combine(_studio.Data, "backups", "before-X.db"), Path.Combine(_studio.Data, ".probe-1"),
        ];
        foreach (var file in passing)
            _studio.Write(file, "passing");

        var report = _studio.BackUp();
        string[] expected = [_studio.Original, Path.ChangeExtension(_studio.Original, "thumb.webp"), key, Path.Combine(_studio.FolderOf(version), "generator.safetensors"), Path.Combine(_studio.FolderOf(version), "anchors.safetensors")];
        var data = Path.Combine(report.Folder, "data");
        var found = Directory.GetFiles(data, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(f => Path.GetRelativePath(data, f)).ToHashSet();
        Assert.Equal([.. expected.Select(f => Path.GetRelativePath(_studio.Data, f)).Append("webstudio.db").Order(StringComparer.Ordinal)], found.Where(f => !f.StartsWith("keys/", StringComparison.Ordinal) || f.EndsWith("key-1.xml", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(expected, file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_studio.In(report.Folder, file))));
        Assert.Equal(found.Count, report.Files);
        Assert.Empty(report.Lost);
        Assert.Equal(["ok"], Read(report, "PRAGMA integrity_check"));
        Assert.Equal(["delete"], Read(report, "PRAGMA journal_mode"));
        Assert.Equal(["Summer"], Read(report, "SELECT Name FROM Albums"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(report.Folder).UnixFileMode); // keys and passwords' hashes lie in it
    }

    [Fact]
    public void A_data_folder_is_for_the_server_alone_where_it_is_made_or_restored_and_one_that_is_there_keeps_its_rights()
    {
        const UnixFileMode alone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, shared = alone | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        var (restored, there) = (_studio["restored"], Directory.CreateDirectory(_studio["there"]));
#pragma warning disable CA1416 // the server runs on Linux
        there.UnixFileMode = shared;
#pragma warning restore CA1416
        BackupRestore.Restore(_studio.BackUp().Folder, restored, null, TestContext.Current.CancellationToken);
        _ = new DataFolders(Options.Create(new StorageOptions { Root = there.FullName }));
        Assert.Equal((alone, alone, shared), (new DirectoryInfo(_studio.Data).UnixFileMode, new DirectoryInfo(restored).UnixFileMode, new DirectoryInfo(there.FullName).UnixFileMode));
    }

    [Fact]
    public void A_second_one_shares_what_is_unchanged_and_leaves_the_first_as_it_was()
    {
        var version = _studio.AddVersion();
        var generator = Path.Combine(_studio.FolderOf(version), "generator.safetensors");
        var first = _studio.BackUp();
        Assert.Equal((first.Files, first.Bytes), (first.CopiedFiles, first.CopiedBytes));

        // Of the same length: only the time tells.
        _studio.Write(generator, "GENERATOR.safetensors");
        File.SetLastWriteTimeUtc(generator, DateTime.UtcNow.AddSeconds(5));
        var second = _studio.BackUp();
        Assert.Equal((first.Files, 2), (second.Files, second.CopiedFiles)); // and the database
        Assert.Equal(Inode(_studio.In(first.Folder, _studio.Original)), Inode(_studio.In(second.Folder, _studio.Original)));
        Assert.Equal("generator.safetensors", File.ReadAllText(_studio.In(first.Folder, generator)));
        Assert.Equal(File.ReadAllText(generator), File.ReadAllText(_studio.In(second.Folder, generator)));
        Assert.All([first, second], report => Assert.Equal(report.Files, BackupCheck.Verify(report.Folder, null, CancellationToken.None).Files.Count));

        var full = _studio.BackUp(full: true);
        Assert.Equal(full.Files, full.CopiedFiles);
        Assert.NotEqual(Inode(_studio.In(first.Folder, _studio.Original)), Inode(_studio.In(full.Folder, _studio.Original)));
    }

    [Fact]
    public void A_file_that_is_cut_short_in_the_earlier_one_is_copied_anew()
    {
        var first = _studio.BackUp();
        File.WriteAllText(_studio.In(first.Folder, _studio.Original), "");
        var second = _studio.BackUp();
        Assert.Equal("original", File.ReadAllText(_studio.In(second.Folder, _studio.Original)));
    }

    [Fact]
    public void What_is_erased_while_it_is_copied_is_in_it_wholly_or_not_at_all()
    {
        _studio.AddVersion();
        var existing = Directory.GetFiles(_studio.Data, "*", SearchOption.AllDirectories).Count(f => Path.GetFileName(f) is [not '.', ..] name && !name.StartsWith("webstudio.db", StringComparison.Ordinal));
        var (version, erased) = (Guid.Empty, false);
        var report = _studio.BackUp(taken: files =>
        {
            // After the first walk, before the database is copied: a version with three files is made. Once the first of them is copied it is erased.
            if (version == Guid.Empty && files == existing)
                version = _studio.AddVersion("anchors.safetensors", "model.json");
            else if (version != Guid.Empty && !erased)
            {
                Assert.NotEmpty(Directory.GetDirectories(_studio.Shelf.Folder, ".*").SelectMany(d => Directory.GetFiles(Path.Combine(d, "data"), "webstudio.db")));
                _studio.EraseVersion(version);
                erased = true;
            }
        });
        Assert.True(erased);
        Assert.Empty(report.Lost);
        Assert.Equal(["1"], Read(report, "SELECT CAST(COUNT(*) AS TEXT) FROM Versions"));
        Assert.False(Directory.Exists(_studio.In(report.Folder, _studio.FolderOf(version))) && Directory.EnumerateFiles(_studio.In(report.Folder, _studio.FolderOf(version))).Any());
        BackupCheck.Verify(report.Folder, null, CancellationToken.None);
    }

    [Fact]
    public void A_file_that_the_data_folder_lacks_is_told_and_everything_else_is_backed_up()
    {
        File.Delete(_studio.Original);
        var report = _studio.BackUp();
        Assert.Equal([Path.GetRelativePath(_studio.Data, _studio.Original)], report.Lost);
        Assert.Equal(report.Lost, BackupCheck.Verify(report.Folder, null, CancellationToken.None).Lost);
    }

    [Fact]
    public void Old_ones_go_when_a_newer_one_is_complete_and_not_before()
    {
        var (first, second) = (_studio.BackUp(), _studio.BackUp());
        using (_studio.Shelf.Lock())
            Assert.Contains("Another back-up", Assert.Throws<InvalidInputException>(() => _studio.BackUp(keep: 1)).Message);
        Assert.Equal([second.Folder, first.Folder], _studio.Shelf.List());
        var third = _studio.BackUp(keep: 2);
        Assert.Equal(1, third.Pruned);
        Assert.Equal([third.Folder, second.Folder], _studio.Shelf.List());
        Assert.Equal(2, Directory.GetDirectories(_studio.Shelf.Folder).Length);
        BackupCheck.Verify(second.Folder, null, CancellationToken.None); // its files are names of their own
    }

    private static List<string> Read(BackupReport report, string query)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(report.Folder, "data", "webstudio.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetString(0));
        return rows;
    }

    private static string Inode(string file)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", file]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}

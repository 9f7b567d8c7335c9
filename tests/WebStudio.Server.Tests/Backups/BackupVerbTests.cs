using System.Diagnostics;
using System.Text.Json.Nodes;
using WebStudio.Server.Backups;
using WebStudio.Server.Verbs;

namespace WebStudio.Server.Tests.Backups;

/// <summary>The executable, with back-ups that are damaged and targets that cannot be used.</summary>
public sealed class BackupVerbTests : IAsyncLifetime
{
    private QuietStudio _studio = null!;

    public async ValueTask InitializeAsync() => _studio = await QuietStudio.CreateAsync();

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    private string New => _studio["restored"];

    [Fact]
    public void A_flipped_byte_and_a_missing_file_are_named_and_nothing_is_restored()
    {
        _studio.AddVersion("anchors.safetensors");
        var backup = _studio.BackUp().Folder;
        var original = _studio.In(backup, _studio.Original);
        var bytes = File.ReadAllBytes(original);
        bytes[3] ^= 1;
        File.WriteAllBytes(original, bytes);
        var anchors = Assert.Single(Directory.GetFiles(backup, "anchors.safetensors", SearchOption.AllDirectories));
        File.Delete(anchors);

        string[] says = ["is damaged, 2 of ", $"{Path.GetRelativePath(_studio.Data, _studio.Original)} was changed", $"{Path.GetRelativePath(Path.Combine(backup, "data"), anchors)} is missing"];
        Cli.Run("backup", "verify", backup, "--json").Fails(ExitCode.BadInput, says);
        Cli.Run("restore", backup, "--data", New, "--json").Fails(ExitCode.BadInput, says);
        Assert.False(Path.Exists(New));
    }

    [Theory]
    [InlineData("program", "999.0.0.0")]
    [InlineData("migration", "29991231000000_Later")]
    public void One_of_a_newer_program_says_so(string field, string value)
    {
        var backup = _studio.BackUp().Folder;
        Change(backup, manifest => manifest[field] = value);
        Cli.Run("restore", backup, "--data", New).Fails(ExitCode.BadInput, "was made by a newer version of the program", value);
        Assert.False(Path.Exists(New));
    }

    [Fact]
    public void A_manifest_that_names_a_file_outside_is_refused()
    {
        var backup = _studio.BackUp().Folder;
        Change(backup, manifest => manifest["files"]![0]!["path"] = "../outside");
        Cli.Run("restore", backup, "--data", New).Fails(ExitCode.BadInput, "would lie outside");
    }

    [Fact]
    public void What_is_no_back_up_and_a_folder_that_is_not_empty_are_refused()
    {
        var backup = _studio.BackUp().Folder;
        Cli.Run("backup", "verify", _studio.Shelf.Folder).Fails(ExitCode.BadInput, "is no back-up but holds some", backup);
        Cli.Run("restore", backup, "--data", _studio.Data).Fails(ExitCode.BadInput, "is not empty");
        Cli.Run("backup", "--to", _studio["b"], "--data", New).Fails(ExitCode.BadInput, "holds no webstudio.db");
        Cli.Run("backup", "--to", Path.Combine(_studio.Data, "b"), "--data", _studio.Data).Fails(ExitCode.BadInput, "lies in the data folder");
        Cli.Run("serve", "--urls=http://127.0.0.1:0", $"--Storage:Root={New}", $"--Backup:Folder={New}/b").Fails(ExitCode.Usage, "Backup:Folder", "lies in the data folder");
        Directory.Delete(New, recursive: true);
        File.WriteAllText(_studio["file"], "");
        Cli.Run("backup", "--to", Path.Combine(_studio["file"], "b"), "--data", _studio.Data).Fails(ExitCode.BadInput, "cannot be made");
        Directory.CreateDirectory(_studio["broken"]);
        File.WriteAllText(Path.Combine(_studio["broken"], "webstudio.db"), new('x', 5000));
        Cli.Run("backup", "--to", _studio["b"], "--data", _studio["broken"], "--json").Fails(ExitCode.BadInput, "The database in", "cannot be copied");
        Assert.Empty(new BackupShelf(_studio["b"]).List());
        File.WriteAllText(Path.Combine(backup, "manifest.json"), "{ \"format\": 1, ");
        Cli.Run("backup", "verify", backup, "--json").Fails(ExitCode.BadInput, "manifest.json is damaged");
        Assert.False(Path.Exists(New));
    }

    [Fact]
    public async Task One_that_is_killed_looks_like_none_and_the_next_one_removes_it()
    {
        // Whoever opens a pipe to read waits for a writer: here the back-up stands still, with other files copied.
        // Deeper than everything else, so that it comes last.
        var pipe = Path.Combine(Directory.CreateDirectory(Path.Combine(_studio.FolderOf(_studio.AddVersion()), "album")).FullName, "pipe");
        using (var make = Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync();
        using (var process = Cli.Start("backup", "--to", _studio.Shelf.Folder, "--data", _studio.Data))
        {
            while (!process.HasExited && !Leftovers().Any(l => Directory.EnumerateFiles(l, "*.photo", SearchOption.AllDirectories).Any()))
                await Task.Delay(20);
            Assert.False(process.HasExited);
            Cli.Run("backup", "--to", _studio.Shelf.Folder, "--data", _studio.Data).Fails(ExitCode.BadInput, "Another back-up is being made");
            process.Kill();
            await process.WaitForExitAsync();
        }
        var half = Assert.Single(Leftovers());
        Assert.Empty(_studio.Shelf.List());
        Cli.Run("restore", half, "--data", New).Fails(ExitCode.BadInput, "is no complete back-up");

        File.Delete(pipe);
        var next = Cli.Run("backup", "--to", _studio.Shelf.Folder, "--data", _studio.Data, "--json");
        Assert.Equal(ExitCode.Ok, next.ExitCode);
        Assert.Empty(Leftovers());
        Assert.Equal(next.Json.GetProperty("folder").GetString(), Assert.Single(_studio.Shelf.List()));
        Assert.Equal(ExitCode.Ok, Cli.Run("backup", "verify", _studio.Shelf.Newest!).ExitCode);
    }

    /// <summary>On a file system of 2 MB in namespaces of its own: SQLite does not reach one by way of another process's root.</summary>
    [Fact]
    public void A_full_disk_is_told_and_keeps_what_was_there()
    {
        const string script = """
            mount -t tmpfs -o size=2m tmpfs "$2" || exit 99
            "$0" backup --to "$2" --data "$1" --json || exit 98
            head -c 3000000 /dev/zero > "$3"
            "$0" backup --to "$2" --data "$1" --keep 1 --json && exit 97
            "$0" restore "$4" --data "$2/data" --json && exit 96
            rm "$3"
            head -c $(($(df --output=avail -B1 "$2" | tail -1) - 100000)) /dev/zero > "$2/filler"
            "$0" backup --to "$2" --data "$1" --json && exit 95 # the database has no room
            ls -A "$2"
            exec "$0" backup verify "$2"/webstudio-* > /dev/null
            """;
        var disk = Directory.CreateDirectory(_studio["disk"]).FullName;
        var large = Path.Combine(_studio.FolderOf(_studio.AddVersion()), "anchors.safetensors");
        File.WriteAllBytes(large, new byte[3_000_000]);
        var backup = _studio.BackUp().Folder;
        File.Delete(large);
        var answer = Cli.Shell("exec unshare -Urm sh -c \"$1\" \"$0\" \"$2\" \"$3\" \"$4\" \"$5\"", script, _studio.Data, disk, large, backup);
        Assert.SkipWhen(answer.ExitCode == 99 || answer.Error.Contains("unshare", StringComparison.Ordinal), "This machine allows no user and mount namespaces: no small file system to fill.");
        Assert.True(answer.ExitCode == ExitCode.Ok, $"{answer.ExitCode} {answer.Output} {answer.Error}");
        Assert.Equal(2, answer.Error.Split($"The disk of {disk} is full: no back-up was made").Length - 1);
        Assert.Contains("is full: nothing was restored", answer.Error);
        var first = Path.GetFileName(System.Text.Json.JsonDocument.Parse(answer.Output.Split('\n')[0]).RootElement.GetProperty("folder").GetString());
        Assert.Equal([".lock", "filler", first], answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_system_of_its_own_is_restored_into_and_one_that_was_broken_off_lets_no_server_start()
    {
        const string script = """
            mount -t tmpfs -o size=20m tmpfs "$2" || exit 99
            mkdir "$2/lost+found" "$2/.restoring" && echo half > "$2/.restoring/webstudio.db"
            "$0" serve --urls http://127.0.0.1:0 "--Storage:Root=$2" && exit 98
            "$0" restore "$1" --data "$2" --json > /dev/null || exit 97
            ls -A "$2"
            chmod 0 "$2/lost+found" # root's alone
            exec "$0" backup --to "$3" --data "$2" --json
            """;
        _studio.AddVersion("anchors.safetensors");
        var backup = _studio.BackUp().Folder;
        var disk = Directory.CreateDirectory(_studio["disk"]).FullName;
        var answer = Cli.Shell("exec unshare -Urm sh -c \"$1\" \"$0\" \"$2\" \"$3\" \"$4\"", script, backup, disk, _studio["again"]);
        Assert.SkipWhen(answer.ExitCode == 99 || answer.Error.Contains("unshare", StringComparison.Ordinal), "This machine allows no user and mount namespaces: there is no file system to mount.");
        Assert.True(answer.ExitCode == ExitCode.Ok, $"{answer.ExitCode} {answer.Output} {answer.Error}");
        Assert.Contains("was broken off: empty the folder", answer.Error);
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([".lock", "lost+found", "users", "webstudio.db"], lines[..^1].Where(l => l != "keys").Order(StringComparer.Ordinal));
        var again = System.Text.Json.JsonDocument.Parse(lines[^1]).RootElement.GetProperty("folder").GetString()!;
        Assert.Equal(Files(backup), Files(again));

        static IEnumerable<string> Files(string folder) => BackupManifest.Read(folder).Files.Where(f => f.Path != "webstudio.db").Select(f => $"{f.Path} {f.Sha256}");
    }

    private IEnumerable<string> Leftovers() => Directory.Exists(_studio.Shelf.Folder) ? Directory.GetDirectories(_studio.Shelf.Folder, ".*") : [];

    private static void Change(string backup, Action<JsonNode> change)
    {
        var path = Path.Combine(backup, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }
}

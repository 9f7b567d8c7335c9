using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests;

namespace WebStudio.Server.Tests.Verbs;

public sealed class CurateVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_photo_gets_a_decision_with_its_reason_and_those_in_use_a_crop()
    {
        var album = SmallAlbum();
        File.WriteAllText(Path.Combine(album, "broken.jpg"), "no picture");
        File.WriteAllText(_folder["mine.json"], """{ "photos": { "004.jpg": { "use": false } } }""");
        var run = Cli.Run("album", "curate", album, "--out", _folder["out"], "--overrides", _folder["mine.json"], "--size", "64", "--json");
        Assert.True(run.ExitCode == 0, run.Error);

        var photos = run.Json.GetProperty("photos").EnumerateArray().ToDictionary(p => p.GetProperty("file").GetString()!);
        Assert.Equal(Directory.GetFiles(album).Select(f => Path.GetFileName(f)!).Order(), photos.Keys.Order());
        Assert.All(photos.Values, p => Assert.NotEqual("", p.GetProperty("reason").GetString()));
        Assert.Equal("unreadable", photos["broken.jpg"].GetProperty("verdict").GetString());
        Assert.Equal("rejected_by_hand", photos["004.jpg"].GetProperty("verdict").GetString());

        var used = photos["001.jpg"];
        Assert.Equal("used", used.GetProperty("decision").GetString());
        Assert.Equal(["yaw", "pitch", "roll", "smile", "mouth", "eyes", "age"], used.GetProperty("attributes").EnumerateObject().Select(a => a.Name));
        Assert.InRange(used.GetProperty("attributes").GetProperty("yaw").GetProperty("confidence").GetDouble(), 0, 1);
        Assert.Equal(68, used.GetProperty("landmarks").GetArrayLength());

        var crops = photos.Values.Select(p => p.GetProperty("crop").GetString()).Where(c => c is not null).ToList();
        Assert.Equal(run.Json.GetProperty("used").GetInt32(), crops.Count);
        Assert.Equal(crops.Order(), Directory.GetFiles(_folder["out/crops"]).Select(f => $"crops/{Path.GetFileName(f)}").Order());
        Assert.Equal(64, ImageFile.Read(_folder["out/crops/001.png"]).Width);
        Assert.Equal(run.Output.Trim(), File.ReadAllText(_folder["out/album.json"]));

        // Curating again replaces what it made and leaves the user's own files alone.
        File.WriteAllText(_folder["out/notes.txt"], "mine");
        File.WriteAllText(_folder["mine.json"], """{ "photos": { "001.jpg": { "use": false } } }""");
        Assert.Equal(0, Cli.Run("album", "curate", album, "--out", _folder["out"], "--overrides", _folder["mine.json"]).ExitCode);
        Assert.False(File.Exists(_folder["out/crops/001.png"]));
        Assert.True(File.Exists(_folder["out/crops/004.png"]));
        Assert.Equal("mine", File.ReadAllText(_folder["out/notes.txt"]));
    }

    [Fact]
    public void An_album_without_faces_is_listed_and_ends_with_a_message()
    {
        Directory.CreateDirectory(_folder["album"]);
        ImageFile.Write(_folder["album/grey.png"], new RgbImage(80, 60, [.. Enumerable.Repeat((byte)120, 80 * 60 * 3)]));
        var run = Cli.Run("album", "curate", _folder["album"], "--out", _folder["out"], "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("no_face", Assert.Single(run.Json.GetProperty("photos").EnumerateArray()).GetProperty("verdict").GetString());
        Assert.False(run.Json.GetProperty("person_found").GetBoolean());
        Assert.Contains("error: ", run.Error);
    }

    [Fact]
    public void What_cannot_be_curated_is_named()
    {
        Cli.Run("album", "curate", _folder["nowhere"], "--out", _folder["out"]).Fails(1, "nowhere does not exist");
        Directory.CreateDirectory(_folder["album"]);
        Cli.Run("album", "curate", _folder["album"], "--out", _folder["out"]).Fails(1, "holds no files");
        File.WriteAllText(_folder["album/1.jpg"], "");
        Cli.Run("album", "curate", _folder["album"], "--out", _folder["album"] + "/").Fails(2, "--out names the album itself");
        File.WriteAllText(_folder["mine.json"], """{ "photos": { "9.jpg": { "use": false } } }""");
        Cli.Run("album", "curate", _folder["album"], "--out", _folder["out"], "--overrides", _folder["mine.json"]).Fails(1, "9.jpg");
        Directory.CreateDirectory(_folder["out/crops"]);
        File.WriteAllText(_folder["out/crops/precious.png"], "");
        Cli.Run("album", "curate", _folder["album"], "--out", _folder["out"]).Fails(1, "was not made by album curate");
    }

    /// <summary>The first photos of a real album: few, so that it takes seconds.</summary>
    private string SmallAlbum()
    {
        var album = _folder["album"];
        Directory.CreateDirectory(album);
        foreach (var name in (string[])["001.jpg", "004.jpg", "005.jpg", "006.jpg", "007.jpg"])
            File.Copy(Shared.Path("albums", "messi", name), Path.Combine(album, name));
        return album;
    }
}

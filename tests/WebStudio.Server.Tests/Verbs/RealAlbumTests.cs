using System.Security.Cryptography;
using System.Text.Json;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;

namespace WebStudio.Server.Tests.Verbs;

/// <summary>The whole way on a real album: photos in, controllable person out, measured on the pictures.</summary>
public sealed class RealAlbumTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    [Trait("Category", "Album")]
    [Trait("Category", "AlbumCi")]
    public void Messi_turns_and_smiles_after_forty_passes()
    {
        var album = Album("messi");
        var trained = Cli.Run("personalize", album, "--attributes", "yaw,smile", "--passes", "40", "--out", _folder["model"], "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        var report = trained.Json.GetProperty("report");
        Assert.InRange(report.GetProperty("photos").GetInt32(), 35, 57);
        Assert.True(Number(report, "final", "psnr") > Number(report, "start", "psnr") + 1.5, report.ToString());
        Assert.All(report.GetProperty("attributes").EnumerateArray(), a => Assert.True(a.GetProperty("rank_correlation").GetDouble() > 0.9 && a.GetProperty("deviation_kept").GetDouble() > 0.5, a.ToString()));

        // What counts is on the pictures.
        var measured = Cli.Run("report", _folder["model"], "--json").Json.GetProperty("control").EnumerateArray().ToDictionary(c => c.GetProperty("attribute").GetString()!);
        Assert.True(measured["yaw"].GetProperty("covered").GetDouble() > 30, measured["yaw"].ToString());
        Assert.True(measured["yaw"].GetProperty("monotone_share").GetDouble() > 0.8, measured["yaw"].ToString());
        Assert.True(measured["smile"].GetProperty("rank_correlation").GetDouble() > 0.5, measured["smile"].ToString());

        var photo = Directory.EnumerateFiles(album).Order(StringComparer.Ordinal).First();
        var turned = Cli.Run("edit", _folder["model"], photo, "--set", "yaw=20", "--out", _folder["turned.png"], "--json");
        Assert.True(turned.ExitCode == 0, turned.Error);
        Assert.Equal(128, ImageFile.Read(_folder["turned.png"]).Width);
        var said = PictureXmp.Read(File.ReadAllBytes(_folder["turned.png"]))!;
        Assert.Equal((DigitalSource.CompositeWithTrainedAlgorithmicMedia, 20, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(photo)))), (said.Source, said.Coordinates["yaw"], said.PhotoSha256));
        var strip = Cli.Run("edit", _folder["model"], photo, "--strip", "smile", "--out", _folder["strip.png"], "--json");
        var smiles = strip.Json.GetProperty("measured").EnumerateArray().Select(m => m.GetProperty("smile").GetDouble()).ToArray();
        Assert.Equal(7, smiles.Length);
        Assert.True(smiles[^1] > smiles[0] + 5, string.Join(' ', smiles));

        var made = Cli.Run("synthesize", _folder["model"], "--count", "4", "--set", "yaw=-15", "--set", "smile=60%", "--out", _folder["faces"], "--json");
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal(4, Directory.GetFiles(_folder["faces"], "*.png").Length);
    }

    [Fact]
    public void A_tag_that_no_photo_carries_is_told_before_any_work()
    {
        Directory.CreateDirectory(_folder["album"]);
        ImageFile.Write(Path.Combine(_folder["album"], "1.png"), new RgbImage(64, 64, new byte[64 * 64 * 3]));
        Cli.Run("personalize", _folder["album"], "--attributes", "yaw,tag:beard", "--out", _folder["model"]).Fails(1, "No photo is tagged with 'beard'", "--overrides");
        File.WriteAllText(_folder["mine.json"], "{ \"photos\": { \"1.png\": { \"tags\": { \"glasses\": \"yes\" } } } }");
        Cli.Run("personalize", _folder["album"], "--attributes", "yaw,tag:beard", "--overrides", _folder["mine.json"], "--out", _folder["model"]).Fails(1, "'beard'", "mine.json are glasses");
    }

    [Fact]
    public void An_album_with_strangers_only_is_refused_and_leaves_nothing()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        Directory.CreateDirectory(_folder["album"]);
        for (var i = 0; i < 6; i++)
            ImageFile.Write(Path.Combine(_folder["album"], $"{i}.png"), new RgbImage(64, 64, [.. Enumerable.Range(0, 64 * 64 * 3).Select(p => (byte)(p * (i + 3)))]));
        Cli.Run("personalize", _folder["album"], "--attributes", "yaw", "--minutes", "1", "--out", _folder["model"], "--json").Fails(1, "No face was found");
        Assert.Equal([_folder["album"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private static double Number(JsonElement element, params string[] path) => path.Aggregate(element, (e, name) => e.GetProperty(name)).GetDouble();

    private static string Album(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "albums", name) is var path && Directory.Exists(path))
                return path;
        Assert.Skip("shared/ is not beside this checkout: there are no real albums");
        return "";
    }
}

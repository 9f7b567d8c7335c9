using System.Text.Json;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Verbs;

/// <summary>enhance, compare and put-back on the real executable, with a model made without training.</summary>
public sealed class MakingVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model, _photo;

    public MakingVerbTests()
    {
        _model = Path.Combine(_folder.Path, "model");
        SmallModel.Write(_model);
        _photo = _folder.Write("photo.png", PhotoOfModel.Make(_model));
    }

    public void Dispose() => _folder.Dispose();

    [Fact, Trait("Category", "Album")] // a minute each
    public void Enhance_fills_a_hole_for_several_wishes_and_keeps_every_known_pixel_of_the_whole_photo()
    {
        var (width, height) = (PhotoOfModel.Width, PhotoOfModel.Height);
        var mask = _folder.Write("mask.png", ImageEncoder.Encode(new RgbImage(width, height, [.. Enumerable.Range(0, width * height).SelectMany(i => Enumerable.Repeat((byte)(InHole(i % width, i / width) ? 255 : 0), 3))]), ImageFormat.Png));
        var target = Path.Combine(_folder.Path, "filled.png");
        var run = Cli.Run("enhance", _model, _photo, "--inpaint", mask, "--set", "smile=60", "--also", "smile=45", "--anybody", "--put-back", "--out", target, "--json");
        Assert.Equal(0, run.ExitCode);
        var results = JsonDocument.Parse(run.Output).RootElement.GetProperty("results");
        Assert.Equal(["filled-1.png", "filled-2.png"], results.EnumerateArray().Select(r => Path.GetFileName(r.GetProperty("file").GetString())));
        var before = ImageFile.Read(_photo);
        foreach (var result in results.EnumerateArray())
        {
            var after = ImageFile.Read(result.GetProperty("file").GetString()!);
            for (var i = 0; i < width * height; i++)
                if (!InHole(i % width, i / width))
                    Assert.Equal(before.Pixels[(3 * i)..(3 * i + 3)], after.Pixels[(3 * i)..(3 * i + 3)]);
        }
    }

    [Fact, Trait("Category", "Album")]
    public void Compare_makes_one_row_for_every_method_and_measures_each()
    {
        var peer = Path.Combine(_folder.Path, "peer");
        SmallModel.WriteMyStyle(peer);
        var sheet = Path.Combine(_folder.Path, "sheet.png");
        var run = Cli.Run("compare", _model, _photo, "--mystyle", peer, "--set", "smile=55", "--anybody", "--out", sheet, "--json");
        Assert.Equal(0, run.ExitCode);
        var methods = JsonDocument.Parse(run.Output).RootElement.GetProperty("methods").EnumerateArray().ToList();
        Assert.Equal(["MyStyle++", "MyStyle", "InterFaceGAN", "SeFa"], methods.Select(m => m.GetProperty("method").GetString()));
        Assert.All(methods, m => Assert.True(m.GetProperty("edited")[0].GetProperty("values").TryGetProperty("yaw", out _)));
        var picture = ImageFile.Read(sheet);
        Assert.True(picture.Width > 2 * 128 && picture.Height > 4 * 128);
    }

    [Fact]
    public void What_cannot_be_is_said_before_anything_is_computed()
    {
        Cli.Run("enhance", _model, _photo, "--out", "x.png").Fails(2, "What is wrong with the photo?");
        Cli.Run("enhance", _model, _photo, "--colourise", "--jpeg", "10", "--out", "x.png").Fails(2, "exactly one");
        Cli.Run("enhance", _model, _photo, "--inpaint", _folder.Write("small.png", ImageEncoder.Encode(new RgbImage(10, 10, new byte[300]), ImageFormat.Png)), "--out", "x.png").Fails(1, "a mask has the photo's size");
        Cli.Run("enhance", _model, _photo, "--colourise", "--set", "age=30", "--out", "x.png").Fails(1, "does not control 'age'");
        Cli.Run("compare", _model, _photo, "--mystyle", _model, "--out", "x.png").Fails(2, "What shall be changed?");
        Cli.Run("compare", _model, _photo, "--mystyle", _model, "--set", "smile=55", "--sefa-from", "3", "--out", "x.png").Fails(2, "belong together");
        Cli.Run("report", _model, "--mystyle", _model).Fails(1, "it is no MyStyle peer");
        Cli.Run("edit", _model, _photo, "--strip", "yaw", "--put-back", "--out", "x.png").Fails(2, "--put-back writes one photo");
    }

    private static bool InHole(int x, int y) => x is > 190 and < 250 && y is > 180 and < 220;
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SkiaSharp;
using WebStudio.Server.Verbs;

namespace WebStudio.Server.Tests.Verbs;

/// <summary>base train and base evaluate as a shell sees them, on sixty pictures of coloured stripes.</summary>
public sealed class BaseVerbTests : IDisposable
{
    private static readonly string[] Tiny = ["--resolution", "32", "--batch", "4", "--channel-base", "256", "--face-features", "0", "--device", "cpu"];
    private readonly TemporaryFolder _folder = new();

    public BaseVerbTests()
    {
        Directory.CreateDirectory(_folder["pictures"]);
        var random = new Random(4);
        for (var i = 0; i < 60; i++)
            File.WriteAllBytes(_folder[$"pictures/{i:00}.png"], Stripes(random));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_trained_base_is_a_base_folder_that_can_be_inspected_and_evaluated()
    {
        var trained = Cli.Run(["base", "train", "--images", _folder["pictures"], "--out", _folder["run"], "--steps", "3", "--adversarial-steps", "2", "--name", "stripes", "--licence", "ours", .. Tiny, "--json"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal((3, 58), (trained.Json.GetProperty("step").GetInt32(), trained.Json.GetProperty("pictures").GetInt32()));
        Assert.All((string[])["checkpoint.safetensors", "adversarial.safetensors", "history.jsonl", "reconstructions.png", "samples.png", "interpolations.png"], name => Assert.True(File.Exists(_folder[$"run/{name}"]), name));

        var inspected = Cli.Run("generator", "inspect", _folder["run/base"], "--json").Json;
        Assert.Equal(("stripes", "ours", "gaussian", 32), (inspected.GetProperty("name").GetString(), inspected.GetProperty("licence").GetString(), inspected.GetProperty("mapping").GetString(), inspected.GetProperty("img_resolution").GetInt32()));

        // Twice the same base: equal figures; the built-in one beside it has others.
        var evaluated = Cli.Run("base", "evaluate", _folder["run/base"], _folder["run/base"], "--images", _folder["pictures"], "--pictures", "2", "--refine-steps", "4", "--samples", "16", "--sheets", _folder["sheets"], "--json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        var bases = evaluated.Json.GetProperty("bases").EnumerateArray().Select(b => b.GetProperty("figures")).ToList();
        var encoded = bases[0].GetProperty("encoded").GetProperty("psnr").GetDouble();
        Assert.InRange(encoded, 3, 40);
        Assert.True(bases[0].GetProperty("refined").GetProperty("psnr").GetDouble() > encoded);
        Assert.Equal(encoded, bases[1].GetProperty("encoded").GetProperty("psnr").GetDouble());
        Assert.True(bases[0].GetProperty("frechet").GetDouble() > 0);
        Assert.All((string[])["reconstructions-1.png", "samples-2.png"], name => Assert.True(File.Exists(_folder[$"sheets/{name}"]), name));

        Cli.Run(["base", "train", "--images", _folder["pictures"], "--out", _folder["run"], "--steps", "3", .. Tiny]).Fails(ExitCode.BadInput, "holds a training already");
        Cli.Run(["base", "train", "--images", _folder["pictures"], "--out", _folder["run"], "--steps", "3", "--resume", .. Tiny]).Fails(ExitCode.BadInput, "this training is complete");
    }

    [Fact]
    public void A_stopped_training_says_so_and_goes_on_with_resume()
    {
        string[] command = ["base", "train", "--images", _folder["pictures"], "--out", _folder["run"], "--adversarial-hours", "0", .. Tiny];
        int steps;
        using (var process = Cli.Start([.. command, "--steps", "1000000"]))
        {
            Assert.Equal("Reading pictures …", process.StandardOutput.ReadLine());
            Assert.StartsWith("58 pictures to train on, 2 held out", process.StandardOutput.ReadLine());
            Assert.Contains("training step 1 ", process.StandardOutput.ReadLine());
            using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]);
            kill.WaitForExit();
            var run = Cli.Finish(process);
            Assert.Equal(ExitCode.Stopped, run.ExitCode);
            steps = int.Parse(Regex.Match(run.Error, @"Stopped after (\d+) steps; the same command with --resume goes on").Groups[1].Value, CultureInfo.InvariantCulture);
        }
        Assert.False(Directory.Exists(_folder["run/base"]));
        var otherwise = Cli.Run([.. command, "--steps", $"{steps + 2}", "--resume", "--seed", "9"]);
        Assert.Equal(ExitCode.BadInput, otherwise.ExitCode);
        Assert.Contains("was begun with seed 1, and now it is 9", otherwise.Error);
        var resumed = Cli.Run([.. command, "--steps", $"{steps + 2}", "--resume", "--json"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(steps + 2, resumed.Json.GetProperty("step").GetInt32());
        Assert.InRange(resumed.Json.GetProperty("held_out_psnr").GetDouble(), 3, 40);
        // It went on after the step it was stopped at.
        Assert.Equal([1, steps + 1, steps + 2], File.ReadLines(_folder["run/history.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()));
    }

    [Fact]
    public void What_cannot_be_trained_on_is_told_before_anything_is_written()
    {
        string[] train = ["base", "train", "--out", _folder["new"], .. Tiny];
        Cli.Run([.. train, "--images", _folder["nowhere"]]).Fails(ExitCode.BadInput, "nowhere is not there");
        Cli.Run(["base", "train", "--out", _folder["pictures/run"], "--images", _folder["pictures"], .. Tiny]).Fails(ExitCode.BadInput, "lies within the pictures to learn from");
        Cli.Run([.. train, "--images", _folder["pictures"], "--resume"]).Fails(ExitCode.BadInput, "holds no checkpoint to go on from");
        Cli.Run("base", "train", "--out", _folder["new"], "--images", _folder["pictures"], "--resolution", "48").Fails(ExitCode.BadInput, "The resolution is 48");
        Cli.Run("base", "train", "--out", _folder["new"], "--images", _folder["pictures"], "--hours", "0").Fails(ExitCode.Usage, "--hours: '0' is not accepted");
        Cli.Run("base", "evaluate", _folder["pictures"], "--images", _folder["pictures"]).Fails(ExitCode.BadInput, "is no base model");
        Assert.False(Directory.Exists(_folder["new"]));
    }

    private static byte[] Stripes(Random random)
    {
        var (one, other, width) = (Colour(random), Colour(random), 4 + random.Next(20));
        using var bitmap = new SKBitmap(64, 64);
        for (var y = 0; y < 64; y++)
            for (var x = 0; x < 64; x++)
                bitmap.SetPixel(x, y, x / width % 2 == 0 ? one : other);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static SKColor Colour(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}

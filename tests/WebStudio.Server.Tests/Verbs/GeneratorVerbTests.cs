using System.Diagnostics;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Verbs.Generators;
using static TorchSharp.torch;

namespace WebStudio.Server.Tests.Verbs;

public sealed class GeneratorVerbTests : IDisposable
{
    private static readonly string Faces = Path.Combine(AppContext.BaseDirectory, "models", "faces");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Inspect_answers_with_one_object()
    {
        var run = Cli.Run("generator", "inspect", Faces, "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(128, run.Json.GetProperty("img_resolution").GetInt32());
        Assert.Equal(12, run.Json.GetProperty("num_ws").GetInt32());
        Assert.Equal(256, run.Json.GetProperty("channels").GetProperty("8").GetInt32());
        Assert.Equal("gaussian", run.Json.GetProperty("mapping").GetString());
        Assert.InRange(run.Json.GetProperty("parameters").GetProperty("synthesis").GetInt64(), 3_500_000, 3_520_000);
    }

    [Fact]
    public void Inspect_in_words_says_the_same()
    {
        var run = Cli.Run("generator", "inspect", Faces);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("128 × 128 px", run.Output);
        Assert.Contains("12 style layers of 512", run.Output);
    }

    [Fact]
    public void One_code_for_all_layers_and_one_code_a_layer_render_the_same_pictures()
    {
        using var scope = NewDisposeScope();
        var w = RandomCodes(5);
        Write("w.safetensors", "w", w);
        Write("wplus.safetensors", "w", w.unsqueeze(1).expand(-1, 12, -1).contiguous());

        var run = Cli.Run("generator", "render", Faces, "--codes", _folder["w.safetensors"], "--out", _folder["a/images.safetensors"], "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([5, 3, 128, 128], run.Json.GetProperty("images").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(0, Cli.Run("generator", "render", Faces, "--codes", _folder["wplus.safetensors"], "--out", _folder["b.safetensors"]).ExitCode);

        var images = Read("a/images.safetensors", "images");
        Assert.Equal([5L, 3, 128, 128], images.shape);
        Assert.InRange((images - Read("b.safetensors", "images")).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange(images.std().item<float>(), 0.1, 1); // pictures, not a flat colour
    }

    [Fact]
    public void Truncation_zero_renders_the_mean_face_whatever_the_code()
    {
        using var scope = NewDisposeScope();
        Write("w.safetensors", "w", RandomCodes(2));
        Assert.Equal(0, Cli.Run("generator", "render", Faces, "--codes", _folder["w.safetensors"], "--truncation", "0", "--out", _folder["images.safetensors"]).ExitCode);
        var images = Read("images.safetensors", "images");
        Assert.InRange((images[0] - images[1]).abs().max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void Map_writes_what_render_takes_and_truncation_shortens_the_way_from_the_mean()
    {
        using var scope = NewDisposeScope();
        Write("z.safetensors", "z", randn(3, 512));
        Assert.Equal(0, Cli.Run("generator", "map", Faces, "--latents", _folder["z.safetensors"], "--out", _folder["w.safetensors"]).ExitCode);
        Assert.Equal(0, Cli.Run("generator", "map", Faces, "--latents", _folder["z.safetensors"], "--psi", "0.5", "--cutoff", "4", "--out", _folder["half.safetensors"]).ExitCode);

        var (w, half) = (Read("w.safetensors", "w"), Read("half.safetensors", "w"));
        Assert.Equal([3L, 12, 512], w.shape);
        var mean = BaseFolder.Open(Faces).ReadGenerator()["mapping.w_avg"];
        Assert.InRange((half[.., ..4] - (mean + 0.5 * (w[.., ..4] - mean))).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange((half[.., 4..] - w[.., 4..]).abs().max().item<float>(), 0, 0);
        Assert.Equal(0, Cli.Run("generator", "render", Faces, "--codes", _folder["w.safetensors"], "--out", _folder["images.safetensors"]).ExitCode);
    }

    [Fact]
    public void Random_noise_follows_the_seed()
    {
        using var scope = NewDisposeScope();
        Write("w.safetensors", "w", RandomCodes(1));
        Tensor Render(string seed)
        {
            Assert.Equal(0, Cli.Run("generator", "render", NoisyBase(), "--codes", _folder["w.safetensors"], "--noise", "random", "--seed", seed, "--out", _folder["images.safetensors"]).ExitCode);
            return Read("images.safetensors", "images");
        }
        var first = Render("1");
        Assert.InRange((first - Render("1")).abs().max().item<float>(), 0, 0);
        Assert.InRange((first - Render("2")).abs().max().item<float>(), 1e-3, 10);
    }

    [Fact]
    public void Convert_makes_a_base_folder_that_renders_the_same()
    {
        using var scope = NewDisposeScope();
        Write("w.safetensors", "w", RandomCodes(2));
        var run = Cli.Run("generator", "convert", Faces, "--out", _folder["copy"], "--name", "copied", "--licence", "test only", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Json.GetProperty("encoder").GetBoolean());

        var inspected = Cli.Run("generator", "inspect", _folder["copy"], "--json").Json;
        Assert.Equal("copied", inspected.GetProperty("name").GetString());
        Assert.Equal("test only", inspected.GetProperty("licence").GetString());
        foreach (var (source, name) in ((string, string)[])[(Faces, "a"), (_folder["copy"], "b")])
            Assert.Equal(0, Cli.Run("generator", "render", source, "--codes", _folder["w.safetensors"], "--out", _folder[name]).ExitCode);
        Assert.InRange((Read("a", "images") - Read("b", "images")).abs().max().item<float>(), 0, 0);
        foreach (var measurement in (string[])["attributes.safetensors", "readout.safetensors"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(Faces, measurement)), File.ReadAllBytes(Path.Combine(_folder["copy"], measurement)));

        Cli.Run("generator", "convert", Faces, "--out", _folder["copy"]).Fails(1, "is not empty");
    }

    [Theory]
    [InlineData("missing", "does not exist")]
    [InlineData("empty", "is not a usable safetensors file")]
    [InlineData("text", "is not a usable safetensors file")]
    [InlineData("folder", "is a folder")]
    [InlineData("other name", "has no tensor 'w'; it has v")]
    [InlineData("other width", "'w' is Float32 [2, 100]; floating-point [N, 512] or [N, 12, 512] is expected")]
    [InlineData("integers", "'w' is Int64 [2, 512]")]
    [InlineData("no rows", "'w' is Float32 [0, 512]")]
    [InlineData("not finite", "not finite")]
    public void Codes_that_cannot_be_rendered_are_refused_by_name_and_leave_nothing(string kind, string says)
    {
        using var scope = NewDisposeScope();
        var file = _folder["codes.safetensors"];
        switch (kind)
        {
            case "missing": break;
            case "empty": File.WriteAllBytes(file, []); break;
            case "text": File.WriteAllText(file, "these are no codes at all, only words"); break;
            case "folder": Directory.CreateDirectory(file); break;
            case "other name": Write("codes.safetensors", "v", zeros(2, 512)); break;
            case "other width": Write("codes.safetensors", "w", zeros(2, 100)); break;
            case "integers": Write("codes.safetensors", "w", zeros(2, 512, dtype: ScalarType.Int64)); break;
            case "no rows": Write("codes.safetensors", "w", zeros(0, 512)); break;
            default: Write("codes.safetensors", "w", full(2, 512, float.NaN)); break;
        }
        Cli.Run("generator", "render", Faces, "--codes", file, "--out", _folder["images.safetensors"], "--json").Fails(1, "codes.safetensors", says);
        Assert.False(File.Exists(_folder["images.safetensors"]));
    }

    [Fact]
    public void More_pictures_than_memory_holds_are_refused_before_anything_is_computed()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => RenderVerb.RefuseTooMany(int.MaxValue, 1024));
        Assert.Contains("2147483647 pictures of 1024 px need 27021597.8 GB of memory", refusal.Message);
        RenderVerb.RefuseTooMany(8, 128);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        using var scope = NewDisposeScope();
        Write("w.safetensors", "w", RandomCodes(1));
        _folder.Write("file", []);
        Cli.Run("generator", "render", Faces, "--codes", _folder["w.safetensors"], "--out", _folder["file/images.safetensors"], "--json").Fails(1, "file/images.safetensors cannot be written");
        Cli.Run("generator", "convert", Faces, "--out", _folder["file/base"]).Fails(1, "file/base cannot be written");
        Assert.Equal(["file", "w.safetensors"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_full_disk_is_told_and_leaves_nothing()
    {
        using var scope = NewDisposeScope();
        Write("w.safetensors", "w", RandomCodes(4));
        Directory.CreateDirectory(_folder["small"]);
        const string onSmallDisk = "mount -t tmpfs -o size=64k tmpfs \"$1\" 2>/dev/null || exit 99; \"$0\" generator render \"$2\" --codes \"$3\" --out \"$1/images.safetensors\" --json; code=$?; ls -A \"$1\"; exit $code";
        var run = Cli.Shell($"unshare --mount sh -c '{onSmallDisk.Replace("'", "'\\''")}' \"$0\" \"$@\"", _folder["small"], Faces, _folder["w.safetensors"]);
        Assert.SkipWhen(run.ExitCode == 99 || run.Error.Contains("unshare:"), "a small disk cannot be mounted here");
        run.Fails(1, "small/images.safetensors cannot be written", "No space left on device");
    }

    [Fact]
    public void Ctrl_C_stops_between_two_steps_and_says_that_nothing_was_saved()
    {
        using var scope = NewDisposeScope();
        Write("w.safetensors", "w", RandomCodes(20_000));
        using var process = Cli.Start("generator", "render", Faces, "--codes", _folder["w.safetensors"], "--out", _folder["images.safetensors"]);
        Assert.Contains("rendering picture", process.StandardOutput.ReadLine());
        using (var kill = Process.Start("/bin/kill", ["-INT", $"{process.Id}"]))
            kill.WaitForExit();
        var run = Cli.Finish(process);
        Assert.Equal(130, run.ExitCode);
        Assert.Contains("nothing was saved", run.Error);
        Assert.Equal(["w.safetensors"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    /// <summary>The built-in base with its noise switched on: as shipped, every strength is 0.</summary>
    private string NoisyBase()
    {
        var noisy = _folder["noisy"];
        if (Directory.Exists(noisy))
            return noisy;
        using var scope = NewDisposeScope();
        var faces = BaseFolder.Open(Faces);
        var tensors = faces.ReadGenerator().ToDictionary(t => t.Key, t => t.Key.EndsWith("noise_strength", StringComparison.Ordinal) ? ones_like(t.Value) : t.Value);
        BaseFolder.Write(noisy, BaseDescription.Of("noisy", faces.Description.ToConfig(), "gaussian"), tensors);
        return noisy;
    }

    private static Tensor RandomCodes(int count) => 0.3 * randn(count, 512);

    private void Write(string file, string name, Tensor tensor) => SafetensorsFile.Write(_folder[file], [new(name, tensor)]);

    private Tensor Read(string file, string name) => SafetensorsFile.Read(_folder[file]).Tensors[name];
}

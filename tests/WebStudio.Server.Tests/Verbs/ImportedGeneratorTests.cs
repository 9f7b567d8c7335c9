using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Tests;
using static TorchSharp.torch;

namespace WebStudio.Server.Tests.Verbs;

/// <summary>Files of the official implementations, through the executable alone, against what the official code computed from them.</summary>
public sealed class ImportedGeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("w_psi1.npy")]
    [InlineData("w_psi07.npy", "--psi", "0.7")]
    [InlineData("w_psi07_cutoff4.npy", "--psi", "0.7", "--cutoff", "4")]
    public void Map_gives_the_official_codes(string expected, params string[] options)
    {
        using var scope = NewDisposeScope();
        var golden = Path.GetDirectoryName(Shared.Golden("stylegan2-ada", "a64", "a64.pkl"))!;
        Write("z", Npy.Read(Path.Combine(golden, "z.npy")));
        Succeeds(["generator", "map", Path.Combine(golden, "a64.pkl"), "--latents", _folder["z"], "--out", _folder["w"], .. options]);
        Near.Equal(Npy.Read(Path.Combine(golden, expected)), Read("w"), atol: 2e-5, rtol: 2e-5);
    }

    [Theory]
    [InlineData("stylegan2-ada/a64/a64.pkl", "stylegan2-ada/a64/w_psi1.npy", "const", "stylegan2-ada/a64/img_w_const.npy")]
    [InlineData("stylegan2-ada/a64/a64.pkl", "stylegan2-ada/a64/w_psi1.npy", "none", "stylegan2-ada/a64/img_w_none.npy")]
    [InlineData("stylegan2-ada/b32/b32.pkl", "stylegan2-ada/b32/wplus.npy", "const", "stylegan2-ada/b32/img_wplus_const.npy")]
    [InlineData("rosinality/a64_rosinality_legacy.pt", "stylegan2-ada/a64/wplus.npy", "const", "rosinality/img_wplus_const.npy")]
    [InlineData("rosinality/a64_rosinality_zip.pt", "stylegan2-ada/a64/wplus.npy", "none", "rosinality/img_wplus_zero_noise.npy")]
    public void Render_gives_the_official_pictures_from_the_file_and_from_its_converted_folder(string file, string codes, string noise, string expected)
    {
        using var scope = NewDisposeScope();
        Write("w", Npy.Read(Shared.Golden(codes.Split('/'))));
        var images = Npy.Read(Shared.Golden(expected.Split('/')));
        Succeeds("generator", "convert", Shared.Golden(file.Split('/')), "--out", _folder["base"]);
        foreach (var source in (string[])[Shared.Golden(file.Split('/')), _folder["base"], _folder["base/generator.safetensors"]])
        {
            Succeeds("generator", "render", source, "--codes", _folder["w"], "--noise", noise, "--out", _folder["images"]);
            Near.Equal(images, Read("images"), atol: 7e-5, rtol: 1e-4);
        }
    }

    [Fact]
    public void Truncation_is_the_official_one()
    {
        using var scope = NewDisposeScope();
        Write("w", Npy.Read(Shared.Golden("stylegan2-ada", "a64", "w_psi1.npy")));
        Succeeds("generator", "render", Shared.Golden("stylegan2-ada", "a64", "a64.pkl"), "--codes", _folder["w"], "--truncation", "0.7", "--out", _folder["images"]);
        Near.Equal(Npy.Read(Shared.Golden("stylegan2-ada", "a64", "img_w07_const.npy")), Read("images"), atol: 6e-5, rtol: 1e-4);
    }

    [Fact]
    public void A_personalised_network_saved_by_MyStyle_renders_but_cannot_map()
    {
        using var scope = NewDisposeScope();
        var file = Shared.Golden("mystyle", "mystyle_model.pt");
        var inspected = Cli.Run("generator", "inspect", file, "--json").Json;
        Assert.Equal("none", inspected.GetProperty("mapping").GetString());
        var (layers, width) = (inspected.GetProperty("num_ws").GetInt32(), inspected.GetProperty("w_dim").GetInt32());

        Write("w", zeros(1, layers, width));
        Succeeds("generator", "render", file, "--codes", _folder["w"], "--out", _folder["images"]);
        Write("z", zeros(1, 512));
        Cli.Run("generator", "map", file, "--latents", _folder["z"], "--out", _folder["w2"]).Fails(1, "has no mapping network");
        Cli.Run("generator", "render", file, "--codes", _folder["w"], "--truncation", "0.5", "--out", _folder["x"]).Fails(1, "no mean code w_avg");
    }

    [Theory]
    [InlineData("evil_os_system_zip.pt")]
    [InlineData("evil_nvidia_style.pkl")]
    [InlineData("deflate_bomb_zip.pt")]
    [InlineData("absurd_size_legacy.pt")]
    [InlineData("truncated_zip.pt")]
    [InlineData("empty_file.pt")]
    [InlineData("not_a_checkpoint.pt")]
    public void A_bad_file_ends_with_its_name_in_one_line_and_without_a_folder(string file) =>
        RefusesToConvert(Shared.Golden("torch-checkpoints", "bad", file), file);

    [Fact]
    public void A_file_without_a_generator_says_so() =>
        RefusesToConvert(Shared.Golden("torch-checkpoints", "anchors_zip.pt"), "cannot be used as a generator");

    private void RefusesToConvert(string path, string says)
    {
        var run = Cli.Run("generator", "convert", path, "--out", _folder["base"]);
        run.Fails(1, says);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static void Succeeds(params string[] arguments)
    {
        var run = Cli.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private void Write(string name, Tensor tensor) => SafetensorsFile.Write(_folder[name], [new(name, tensor)]);

    private Tensor Read(string name) => SafetensorsFile.Read(_folder[name]).Tensors[name];
}

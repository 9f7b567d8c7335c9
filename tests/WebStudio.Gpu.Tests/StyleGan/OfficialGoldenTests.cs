using System.Text.Json;
using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Tests.StyleGan;

/// <summary>Outputs of NVIDIA's stylegan2-ada-pytorch and of rosinality's code, with the tolerances of their manifests.</summary>
public sealed class OfficialGoldenTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void Mapping_truncates_as_the_official_code(string name)
    {
        var golden = new Golden("stylegan2-ada", name);
        using var generator = golden.Generator($"{name}.pkl");
        var z = golden.Read("z");
        golden.Equal("w_psi1", generator.Mapping!.Map(z));
        golden.Equal("w_psi07", generator.Mapping.Map(z, psi: 0.7));
        golden.Equal("w_psi07_cutoff4", generator.Mapping.Map(z, psi: 0.7, cutoff: 4));
    }

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void Synthesis_gives_the_official_pictures(string name)
    {
        var golden = new Golden("stylegan2-ada", name);
        using var generator = golden.Generator($"{name}.pkl");
        foreach (var frozen in (bool[])[false, true])
        {
            if (frozen)
                generator.Synthesis.Freeze();
            golden.Equal("img_w_const", generator.Render(golden.Read("w_psi1")));
            golden.Equal("img_w_const", generator.Render(golden.Read("w_psi1")[.., 0]));
            golden.Equal("img_w07_const", generator.Render(golden.Read("w_psi07")));
            golden.Equal("img_w_none", generator.Render(golden.Read("w_psi1"), NoiseMode.None));
            golden.Equal("img_wplus_const", generator.Render(golden.Read("wplus")));
            golden.Equal("img_wplus_none", generator.Render(golden.Read("wplus"), NoiseMode.None));
        }
    }

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void Every_block_leaves_the_official_maps_and_image(string name)
    {
        var golden = new Golden("stylegan2-ada", name);
        using var generator = golden.Generator($"{name}.pkl");
        using var noGrad = no_grad();
        var blocks = generator.Synthesis.ForwardBlocks(golden.Read("wplus"));
        Assert.Equal(generator.Config.Channels.Keys.Order(), blocks.Select(b => b.Resolution));
        foreach (var block in blocks)
        {
            golden.Equal($"block_rgb_{block.Resolution:d4}", block.Image);
            if (golden.Has($"block_x_{block.Resolution:d4}"))
                golden.Equal($"block_x_{block.Resolution:d4}", block.Features);
            Near.Equal(block.Image, generator.Render(golden.Read("wplus"), stopAtResolution: block.Resolution), atol: 1e-6);
        }
    }

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void Gradients_to_codes_and_weights_are_the_official_ones(string name)
    {
        var golden = new Golden("stylegan2-ada", name);
        using var generator = golden.Generator($"{name}.pkl");
        generator.Synthesis.RequireGrad(true);
        var ws = golden.Read("wplus").requires_grad_(true);
        var loss = generator.Synthesis.Forward(ws).square().mean();
        loss.backward();
        golden.Equal("grad_loss", loss.reshape(1));
        golden.Equal("grad_ws", ws.grad!);
        var compared = golden.Names.Where(n => n.StartsWith("grad_b", StringComparison.Ordinal)).ToList();
        Assert.True(compared.Count > 10);
        foreach (var file in compared)
        {
            var gradient = generator.Synthesis.Parameters[file["grad_".Length..]].grad!;
            golden.Equal(file, gradient.dim() == 0 ? gradient.reshape(1) : gradient);
        }
    }

    [Theory]
    [InlineData("a64")]
    [InlineData("b32")]
    public void Eight_bit_pictures_follow_generate_py(string name)
    {
        var golden = new Golden("stylegan2-ada", name);
        using var generator = golden.Generator($"{name}.pkl");
        var bytes = (generator.Render(golden.Read("w_psi1")) * 127.5 + 128).clamp(0, 255).to(ScalarType.Byte).permute(0, 2, 3, 1);
        golden.Equal("img_w_const_uint8_generate_py", bytes);
    }

    [Fact]
    public void Frozen_weights_leave_the_gradient_to_codes_as_it_was()
    {
        var golden = new Golden("stylegan2-ada", "a64");
        using var generator = golden.Generator("a64.pkl");
        generator.Synthesis.Freeze();
        var ws = golden.Read("wplus").requires_grad_(true);
        generator.Synthesis.Forward(ws).square().mean().backward();
        golden.Equal("grad_ws", ws.grad!);
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Rosinality_networks_give_rosinality_pictures(string container)
    {
        var golden = new Golden("rosinality");
        using var generator = golden.Generator($"a64_rosinality_{container}.pt");
        var official = new Golden("stylegan2-ada", "a64");
        golden.Equal("w", generator.Mapping!.Map(official.Read("z"))[.., 0]);
        golden.Equal("img_wplus_const", generator.Render(official.Read("wplus")));
        golden.Equal("img_wplus_zero_noise", generator.Render(official.Read("wplus"), NoiseMode.None));
        golden.Equal("img_z_trunc07_const", generator.Render(generator.Mapping.Map(official.Read("z"), psi: 0.7)));
    }

    [Fact]
    public void A_network_saved_without_mean_code_samples_one()
    {
        var golden = new Golden("stylegan2-ada", "a64");
        using var checkpoint = GeneratorCheckpoint.Read(golden.Path("a64.pkl"));
        var tensors = checkpoint.Tensors.Where(t => t.Key != "mapping.w_avg").ToDictionary();
        using var generator = Generator.Create(checkpoint.Config, tensors, ComputeContext.Cpu);
        var w = generator.Mapping!.Map(randn([4096, 96], generator: new torch.Generator(5)))[.., 0];
        // Two independent means of 4096 samples: their difference has √(2/4096) of the spread, five times that is never seen.
        var difference = (w.mean([0]) - generator.WAvg!).abs() / w.std(0, true, false);
        Assert.True(difference.max().item<float>() < 5 * Math.Sqrt(2.0 / 4096));
    }

    private sealed class Golden(params string[] folder)
    {
        private readonly JsonElement _files = JsonDocument.Parse(File.ReadAllText(Shared.Golden([.. folder, "manifest.json"]))).RootElement.GetProperty("files");

        public IEnumerable<string> Names => _files.EnumerateObject().Where(f => f.Name.EndsWith(".npy", StringComparison.Ordinal)).Select(f => f.Name[..^4]);

        public string Path(string file) => Shared.Golden([.. folder, file]);

        public bool Has(string name) => _files.TryGetProperty($"{name}.npy", out _);

        public Tensor Read(string name) => Npy.Read(Path($"{name}.npy"));

        public Generator Generator(string file)
        {
            using var checkpoint = GeneratorCheckpoint.Read(Path(file));
            return WebStudio.Gpu.StyleGan.Generator.Create(checkpoint.Config, checkpoint.Tensors, ComputeContext.Cpu);
        }

        public void Equal(string name, Tensor actual)
        {
            var tolerance = _files.GetProperty($"{name}.npy").GetProperty("tolerance");
            Near.Equal(Read(name), actual, tolerance.GetProperty("atol").GetDouble(), tolerance.GetProperty("rtol").GetDouble());
        }
    }
}

using TorchSharp;
using WebStudio.Gpu.Benchmarking;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.StyleGan;

/// <summary>The fast path against the plain formulation, on shapes, filters and clamps that no golden file covers.</summary>
public class PlainFormulationTests
{
    public static TheoryData<int, int, double[], double?> Shapes => new()
    {
        { 32, 7, [1, 3, 3, 1], null },
        { 64, 3, [1, 3, 3, 1], 0.8 },
        { 32, 5, [1], null },
        { 32, 5, [1, 2], null },
        { 32, 6, [3, 1, 2], 1.5 },
        { 32, 4, [1, 2, 5, 3, 1], null },
        { 32, 4, [0.2, 1, -0.5, 3, 2, 0.4], null },
        { 32, 4, [1, 2, 3, 5, 4, 2, 1, 1], null },
        { 128, 2, [1, 4, 6, 4, 1], 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Fast_and_plain_formulation_give_the_same_pictures_and_gradients(int resolution, int width, double[] filter, double? clamp)
    {
        using var scope = NewDisposeScope();
        var config = Odd(resolution, width) with { ResampleFilter = filter, ConvClamp = clamp };
        using var network = new SynthesisNetwork(config, TestNetworks.Random(config, seed: resolution + width), ComputeContext.Cpu);
        network.RequireGrad(true);
        var plain = new PlainSynthesis(network);
        var random = new torch.Generator(11);
        var ws = randn([3, config.NumWs, config.WDim], generator: random).requires_grad_(true);
        var probe = randn([3, 3, resolution, resolution], generator: random);

        var (fastImage, fastGradients) = Run(network.Forward(ws), probe, network, ws);
        var (plainImage, plainGradients) = Run(plain.Forward(ws), probe, network, ws);

        Near.Equal(plainImage, fastImage, atol: 3e-5 * plainImage.abs().max().item<float>());
        foreach (var (name, expected) in plainGradients)
            Near.Equal(expected, fastGradients[name], atol: 1e-4 * Math.Max(1e-3, expected.abs().max().item<float>()));
        if (clamp is not null)
            Assert.True((network.ForwardBlocks(ws)[^1].Features.abs().max() - clamp.Value).abs().item<float>() < 1e-6, "the case was meant to clamp");
    }

    [Theory]
    [InlineData(NoiseMode.None)]
    [InlineData(NoiseMode.Const)]
    public void One_row_per_picture_is_broadcast_to_all_layers(NoiseMode noise)
    {
        using var scope = NewDisposeScope();
        var config = Odd(32, 5);
        using var network = new SynthesisNetwork(config, TestNetworks.Random(config, seed: 3), ComputeContext.Cpu);
        var w = randn(2, config.WDim);
        Near.Equal(new PlainSynthesis(network).Forward(w, noise), network.Forward(w, noise), atol: 1e-4);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, 0.8)]
    public void A_single_rendered_picture_is_the_same_with_the_modulation_folded_into_the_weights(bool frozen, double? clamp)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = Odd(64, 6) with { ConvClamp = clamp };
        using var network = new SynthesisNetwork(config, TestNetworks.Random(config, seed: 8), ComputeContext.Cpu);
        var ws = randn([1, config.NumWs, config.WDim], generator: new torch.Generator(4));
        if (frozen)
            network.Freeze();
        var expected = new PlainSynthesis(network).Forward(ws);
        Near.Equal(expected, network.Forward(ws), atol: 3e-5 * expected.abs().max().item<float>());
        Assert.True(network.Forward(ws).is_contiguous());
    }

    /// <summary>Widths that divide by nothing, different in every block.</summary>
    private static GeneratorConfig Odd(int resolution, int width)
    {
        var channels = GeneratorConfig.ChannelsFor(resolution, resolution, width);
        return new() { WDim = 9, ImgResolution = resolution, Channels = channels.ToDictionary(c => c.Key, c => width + int.Log2(c.Key) % 3), MappingLayers = 0 };
    }

    private static (Tensor Image, Dictionary<string, Tensor> Gradients) Run(Tensor image, Tensor probe, SynthesisNetwork network, Tensor ws)
    {
        var names = network.Parameters.Keys.ToList();
        var gradients = autograd.grad([(image * probe).sum()], [.. names.Select(n => network.Parameters[n]), ws]);
        return (image.detach(), names.Append("ws").Zip(gradients).ToDictionary(p => p.First, p => p.Second));
    }
}

using TorchSharp;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.StyleGan;

[Collection(Personalization.AloneCollection.Name)]
public sealed class SynthesisNetworkTests : IDisposable
{
    private static readonly GeneratorConfig Small = new() { WDim = 16, ImgResolution = 32, Channels = GeneratorConfig.ChannelsFor(32, 256, 12), MappingLayers = 0 };
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_FFHQ_1024_shape_loads_renders_and_gives_gradients_to_codes()
    {
        var config = new GeneratorConfig { ImgResolution = 1024, Channels = GeneratorConfig.ChannelsFor(1024, 32768, 512), ConvClamp = 256 };
        var tensors = TestNetworks.Random(config, seed: 1);
        using var network = new SynthesisNetwork(config, tensors, ComputeContext.Cpu with { Precision = ScalarType.BFloat16 });
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
        // 28.3 million in the synthesis network; with the mapping network's 2,101,248 the published 30,370,060.
        Assert.Equal(28_268_812, network.Parameters.Values.Sum(p => p.numel()));
        Assert.Equal(18, config.NumWs);
        var ws = randn([1, 18, 512], generator: new torch.Generator(2)).requires_grad_(true);
        var image = network.Forward(ws);
        Assert.Equal([1, 3, 1024, 1024], image.shape);
        image.square().mean().backward();
        var perRow = ws.grad!.square().sum(2).sqrt().squeeze(0).data<float>().ToArray();
        Assert.All(perRow, norm => Assert.True(float.IsFinite(norm) && norm > 0));
    }

    [Fact]
    public void Random_noise_repeats_with_its_seed_and_differs_between_pictures()
    {
        using var network = Network();
        var w = randn(1, 16).expand(2, -1);
        Tensor Draw(ulong seed) => network.Forward(w, NoiseMode.Random, random: new torch.Generator(seed));
        var first = Draw(5);
        Near.Equal(first, Draw(5), atol: 0);
        Assert.True((first - Draw(6)).abs().max().item<float>() > 1e-3);
        Assert.True((first[0] - first[1]).abs().max().item<float>() > 1e-3);
        Near.Equal(network.Forward(w)[0], network.Forward(w)[1], atol: 1e-5);
    }

    [Fact]
    public void Bfloat16_follows_float32_in_pictures_and_gradients()
    {
        using var exact = Network();
        using var fast = exact.Clone(ComputeContext.Cpu with { Precision = ScalarType.BFloat16 });
        var w = randn([4, 16], generator: new torch.Generator(3));
        var probe = randn([4, 3, 32, 32], generator: new torch.Generator(4));
        double Cosine(Tensor a, Tensor b) => (a * b).sum().item<float>() / (a.norm().item<float>() * b.norm().item<float>());
        (Tensor Image, Tensor Codes, Tensor Weights) Run(SynthesisNetwork network)
        {
            network.RequireGrad(true);
            var codes = w.detach().clone().requires_grad_(true);
            var image = network.Forward(codes);
            (image * probe).sum().backward();
            Assert.Equal(ScalarType.Float32, image.dtype);
            return (image.detach(), codes.grad!, network.Parameters["b16.conv0.weight"].grad!);
        }
        var (expected, actual) = (Run(exact), Run(fast));
        Assert.InRange(Cosine(expected.Image, actual.Image), 0.9995, 1);
        Assert.InRange(Cosine(expected.Codes, actual.Codes), 0.99, 1);
        Assert.InRange(Cosine(expected.Weights, actual.Weights), 0.99, 1);
    }

    [Fact]
    public void Frozen_weights_are_final_until_thawed()
    {
        using var network = Network();
        var w = randn(1, 16);
        using var noGrad = no_grad();
        var before = network.Forward(w);
        network.Freeze();
        network.Parameters["b8.conv1.weight"].mul_(-1);
        Near.Equal(before, network.Forward(w), atol: 1e-4);
        network.RequireGrad(true);
        Assert.True((network.Forward(w) - before).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void A_clone_is_independent_and_copying_back_restores_even_a_frozen_network()
    {
        using var network = Network();
        using var clone = network.Clone();
        var w = randn(2, 16);
        using var noGrad = no_grad();
        var before = network.Forward(w);
        foreach (var parameter in network.Parameters.Values)
            parameter.add_(0.5);
        Near.Equal(before, clone.Forward(w), atol: 0);
        network.Freeze();
        clone.CopyTo(network);
        Near.Equal(before, network.Forward(w), atol: 0);
    }

    [Fact]
    public void Noise_without_strength_costs_nothing_but_can_still_be_learned()
    {
        using var network = Network();
        using (no_grad())
            network.Parameters["b8.conv0.noise_strength"].zero_();
        network.RequireGrad(true);
        network.Forward(randn(2, 16)).square().mean().backward();
        Assert.NotEqual(0, network.Parameters["b8.conv0.noise_strength"].grad!.item<float>());
    }

    [Fact]
    public void The_number_of_live_tensors_is_flat_over_200_training_steps()
    {
        using var network = Network();
        network.RequireGrad(true);
        var w = randn(2, 16).requires_grad_(true);
        var target = randn(2, 3, 32, 32);
        void Step()
        {
            using var scope = NewDisposeScope();
            (network.Forward(w) - target).square().mean().backward();
            using var noGrad = no_grad();
            foreach (var parameter in network.Parameters.Values.Append(w))
            {
                parameter.sub_(1e-4 * parameter.grad!);
                parameter.grad = null;
            }
            network.ForwardBlocks(w, NoiseMode.Random, stopAtResolution: 16);
        }
        Step();
        var (own, all) = (DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount, Tensor.TotalCount);
        for (var i = 0; i < 200; i++)
            Step();
        Assert.Equal(own, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        // The count of the whole process: other tests may run beside this one, 200 steps would leave at least 200.
        Assert.True(Tensor.TotalCount - all < 150, $"{Tensor.TotalCount - all} more tensors");
    }

    [Fact]
    public void Building_and_disposing_networks_leaves_no_tensor()
    {
        var tensors = TestNetworks.Random(Small, seed: 9);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            using var network = new SynthesisNetwork(Small, tensors, ComputeContext.Cpu);
            network.Freeze();
            using var picture = network.Forward(tensors["synthesis.b4.conv1.affine.weight"]);
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Wrong_codes_sizes_and_tensors_are_named()
    {
        using var network = Network();
        Assert.Contains("[2, 15]", Assert.Throws<ArgumentException>(() => network.Forward(zeros(2, 15))).Message);
        Assert.Contains("[2, 7, 16]", Assert.Throws<ArgumentException>(() => network.Forward(zeros(2, 7, 16))).Message);
        Assert.Contains("12 px", Assert.Throws<ArgumentException>(() => network.Forward(zeros(1, 16), stopAtResolution: 12)).Message);
        Assert.Contains("48", Assert.Throws<InvalidInputException>(() => new SynthesisNetwork(Small with { ImgResolution = 48 }, new Dictionary<string, Tensor>(), ComputeContext.Cpu)).Message);
        var tensors = TestNetworks.Random(Small, seed: 1);
        tensors["synthesis.b8.conv0.weight"] = zeros(3, 3);
        Assert.Contains("synthesis.b8.conv0.weight", Assert.Throws<InvalidInputException>(() => new SynthesisNetwork(Small, tensors, ComputeContext.Cpu)).Message);
        tensors.Remove("synthesis.b8.conv0.weight");
        Assert.Contains("synthesis.b8.conv0.weight", Assert.Throws<InvalidInputException>(() => new SynthesisNetwork(Small, tensors, ComputeContext.Cpu)).Message);
    }

    private static SynthesisNetwork Network() => new(Small, TestNetworks.Random(Small, seed: 42), ComputeContext.Cpu);
}

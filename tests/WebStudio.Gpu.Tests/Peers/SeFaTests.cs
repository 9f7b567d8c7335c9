using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.StyleGan;
using WebStudio.Gpu.Tests.Applications;
using WebStudio.Gpu.Tests.StyleGan;
using static TorchSharp.torch;
using Generator = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.Tests.Peers;

public sealed class SeFaTests : IDisposable
{
    private readonly SynthesisNetwork _network = new(SliderModel.Config, TestNetworks.Random(SliderModel.Config, 4), ComputeContext.Cpu);

    // 32 px: one convolution at 4 px, two at 8, 16 and 32.
    private static readonly string[] Convolutions = ["b4.conv1", "b8.conv0", "b8.conv1", "b16.conv0", "b16.conv1", "b32.conv0", "b32.conv1"];

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0, 3, 4 })]
    public void Directions_are_the_right_singular_vectors_of_the_stacked_affine_weights(int[] layers)
    {
        using var scope = NewDisposeScope();
        var (directions, eigenvalues) = SeFa.Of(_network, 4, layers.Length == 0 ? null : layers);
        var stacked = cat([.. (layers.Length == 0 ? Enumerable.Range(0, 7) : layers).Select(l => _network.Parameters[$"{Convolutions[l]}.affine.weight"].to(ScalarType.Float64))]);
        var rows = stacked / stacked.norm(1, keepdim: true);
        var (_, singular, right) = linalg.svd(rows, fullMatrices: false);
        for (var k = 0; k < 4; k++)
        {
            Assert.Equal(Math.Pow(singular[k].item<double>(), 2), eigenvalues[k], 1e-8);
            Assert.Equal(1, Math.Abs(directions[k].to(ScalarType.Float64).dot(right[k]).item<double>()), 1e-5);
        }
    }

    [Fact]
    public void Layers_that_do_not_exist_are_refused()
    {
        Assert.Equal(7, SeFa.Layers(_network));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeFa.Of(_network, 2, [7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeFa.Of(_network, 2, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeFa.Of(_network, SliderModel.Width + 1));
    }

    [Fact]
    public void Its_directions_stand_in_for_principal_components_in_the_order_in_which_the_anchors_vary()
    {
        using var scope = NewDisposeScope();
        var anchors = randn([12, SliderModel.Width], generator: new Generator(5)) * arange(1, SliderModel.Width + 1);
        var (directions, _) = SeFa.Of(_network, 6);
        using var components = PrincipalComponents.Along(anchors, directions);
        Near.Equal(eye(6), components.Components.matmul(components.Components.t()), 1e-4);
        var along = components.ToCoordinates(anchors);
        Near.Equal(along.square().sum([0]).sqrt(), components.SingularValues, 1e-2);
        var values = components.SingularValues.data<float>().ToArray();
        Assert.Equal(values.OrderDescending(), values);
        Near.Equal(zeros(6), along.mean([0]), 1e-3);
    }

    [Fact]
    public void An_edit_moves_the_chosen_layers_only()
    {
        using var scope = NewDisposeScope();
        var codes = randn([2, SliderModel.Width], generator: new Generator(1));
        var direction = randn([SliderModel.Width], generator: new Generator(2));
        using var method = new EditingMethod("x", _network, codes, new Dictionary<string, EditingDirection> { ["yaw"] = new(direction.clone(), [1, 5]), ["smile"] = new(direction.clone()) });
        var moved = method.Move(codes, "yaw", [2, -1]);
        Assert.Equal([2, _network.Config.NumWs, SliderModel.Width], moved.shape);
        for (var l = 0; l < _network.Config.NumWs; l++)
            Near.Equal(l is 1 or 5 ? codes + tensor((float[])[2, -1]).unsqueeze(1) * direction : codes, moved.select(1, l), 1e-6);
        Near.Equal((codes + tensor((float[])[2, -1]).unsqueeze(1) * direction).unsqueeze(1).expand(-1, _network.Config.NumWs, -1), method.Move(codes, "smile", [2, -1]), 1e-6);
    }
}

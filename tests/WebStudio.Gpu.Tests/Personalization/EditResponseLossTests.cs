using TorchSharp;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Personalization;

public class EditResponseLossTests
{
    [Fact]
    public void A_network_that_answers_as_its_base_does_pays_nothing_and_a_deaf_one_pays()
    {
        using var toy = new ToyRun();
        using var state = toy.NewState();
        using var scope = NewDisposeScope();
        var loss = EditResponseLoss.For(toy.Base, null, state.Anchors, state.Axes, toy.Levels, 1, 0);
        var codes = state.Anchors.narrow(0, 0, 4);
        using var same = toy.Base.Clone();
        using (no_grad())
            Assert.Equal(0, loss.Of(same, codes, same.Forward(codes), 0).item<float>(), 1e-6);

        using var deaf = toy.Base.Clone();
        using (no_grad())
            foreach (var (name, weights) in deaf.Parameters)
                if (name.EndsWith("affine.weight", StringComparison.Ordinal))
                    weights.zero_(); // no style reaches the convolutions any more
        deaf.RequireGrad(true);
        var cost = loss.Of(deaf, codes, deaf.Forward(codes), 0);
        Assert.True(cost.item<float>() > 0.01, $"{cost.item<float>()}");
        cost.backward();
        Assert.True(deaf.Parameters["b8.conv0.affine.weight"].grad!.abs().max().item<float>() > 0, "no gradient reaches the styles");
    }

    [Fact]
    public void Anchors_are_moved_beside_the_direction_and_not_along_it()
    {
        using var toy = new ToyRun();
        using var state = toy.NewState();
        using var scope = NewDisposeScope();
        var loss = EditResponseLoss.For(toy.Base, null, state.Anchors, state.Axes, toy.Levels, 1, 0);
        using var duller = toy.Base.Clone();
        using (no_grad())
            foreach (var (name, weights) in duller.Parameters)
                if (name.EndsWith("affine.weight", StringComparison.Ordinal))
                    weights.mul_(0.5);
        var codes = state.Anchors.narrow(0, 0, 4);
        loss.Of(duller, codes, duller.Forward(codes).detach(), 0).backward();
        var gradient = state.Anchors.grad!;
        Assert.True(gradient.norm().item<float>() > 0, "no gradient reaches the anchors");
        // Where they stand along the direction is the anchor loss's business.
        Assert.InRange(gradient.matmul(state.Axes.Directions[0]).norm().item<float>() / gradient.norm().item<float>(), 0, 1e-3);
    }

    [Fact]
    public void A_readout_recovers_linear_functions_of_what_its_networks_say_and_reads_back()
    {
        using var scope = NewDisposeScope();
        using var readout = new AttributeReadout(ComputeContext.Cpu);
        var random = new torch.Generator(4);
        var crops = nn.functional.interpolate(randn([24, 3, 16, 16], generator: random), size: [128, 128], mode: InterpolationMode.Bilinear, align_corners: false).clamp(-1, 1).requires_grad_(true);
        Tensor features;
        using (no_grad())
            features = readout.Features(crops);
        Assert.Equal([24, 143], features.shape);
        // Landmark 8's height (index 17) in percent: a linear function of the features.
        var truth = features.narrow(1, 17, 1) * 100;
        readout.Fit(["chin"], features, truth);
        Assert.InRange(readout.Explained[0], 0.9, 1);
        var read = readout.Read(crops);
        Assert.True(((read - truth).abs().mean() / truth.std()).item<float>() < 0.3, "the fit does not follow");
        read.sum().backward();
        Assert.True(crops.grad!.abs().max().item<float>() > 0, "no gradient reaches the picture");

        var path = Path.GetTempFileName();
        readout.Write(path);
        using var again = new AttributeReadout(ComputeContext.Cpu);
        again.Load(path);
        Near.Equal(read, again.Read(crops), 1e-4);
        Assert.Equal(["chin"], again.Names);
        File.Delete(path);
    }
}

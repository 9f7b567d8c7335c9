using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Applications;

public class ControlledSynthesisTests
{
    [Fact]
    public void Chosen_coordinates_are_met_and_all_others_stay_as_sampled()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, mean) = Model();
        using var free = new ControlledSynthesis(hull, directions).Sample(new() { Count = 6, Seed = 3 });
        using var set = new ControlledSynthesis(hull, directions).Sample(new() { Count = 6, Seed = 3, Targets = [new(1, 0.4)] });
        Near.Equal(full(6, 0.4), (set.Codes - mean).matmul(directions[1]), 1e-5);
        var others = eye(24) - directions[1].outer(directions[1]);
        Near.Equal(free.Codes.matmul(others), set.Codes.matmul(others), 1e-5);
        Near.Equal(hull.Codes(free.Weights), free.Codes, 0); // nothing set: the sample itself
        Assert.All(free.HullDistances, d => Assert.InRange(d, 0, 1e-5));
    }

    [Fact]
    public void Seeds_decide_the_result()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, _) = Model();
        Tensor Codes(int seed) => new ControlledSynthesis(hull, directions).Sample(new() { Seed = seed }).Codes;
        Near.Equal(Codes(1), Codes(1), 0);
        Assert.True((Codes(1) - Codes(2)).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void Targets_beyond_the_gallery_and_codes_beyond_the_hull_are_reported()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, mean) = Model();
        var far = Hypercube.Of((hull.Anchors - mean).matmul(directions.t())).Max[0] + 5;
        using var codes = new ControlledSynthesis(hull, directions).Sample(new() { Targets = [new(0, far), new(1, 0)] });
        Assert.Equal([new CoordinateTarget(0, far)], codes.OutsideHypercube);
        Assert.All(codes.HullDistances, d => Assert.True(d > 3));
        Assert.Throws<ArgumentException>(() => new ControlledSynthesis(hull, directions).Sample(new() { Targets = [new(2, 0)] }));
    }

    private static (DilatedHull Hull, Tensor Directions, Tensor Mean) Model()
    {
        var anchors = randn(9, 24, generator: new Generator(6));
        return (new DilatedHull(anchors), PrincipalComponents.Of(anchors).Components.narrow(0, 0, 2), anchors.mean([0]));
    }
}

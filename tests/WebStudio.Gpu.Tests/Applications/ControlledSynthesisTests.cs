using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Applications;

public class ControlledSynthesisTests
{
    [Fact]
    public void Chosen_coordinates_are_met_and_all_others_stay_as_sampled_where_the_hull_has_room()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, mean) = Model(beta: null); // without a bound everything in the anchors' span is inside
        using var free = new ControlledSynthesis(hull, directions).Sample(new() { Count = 6, Seed = 3 });
        using var set = new ControlledSynthesis(hull, directions).Sample(new() { Count = 6, Seed = 3, Targets = [new CoordinateTarget(1, 0.4)] });
        Near.Equal(full(6, 0.4), (set.Codes - mean).matmul(directions[1]), 1e-4);
        var others = eye(24) - directions[1].outer(directions[1]);
        Near.Equal(free.Codes.matmul(others), set.Codes.matmul(others), 1e-4);
        Near.Equal(hull.Codes(free.Weights), free.Codes, 0); // nothing set: the sample itself
        Assert.Equal([0], set.Missed);
        Assert.All(set.Coordinates, row => Assert.Equal(0.4, row[1], 1e-4));
    }

    [Fact]
    public void Portraits_stay_inside_the_hull_and_have_the_coordinate()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, mean) = Model();
        var box = Hypercube.Of((hull.Anchors - mean).matmul(directions.t()));
        using var set = new ControlledSynthesis(hull, directions).Sample(new() { Count = 8, Seed = 3, Targets = [new CoordinateTarget(0, box.FromUnit(0, 0.9))] });
        Assert.True(set.Weights.min().item<float>() >= -hull.Beta!.Value - 1e-5);
        Near.Equal(ones(8), set.Weights.sum(1), 1e-5);
        Near.Equal(hull.Codes(set.Weights), set.Codes, 1e-4);
        Near.Equal(full(8, box.FromUnit(0, 0.9)), (set.Codes - mean).matmul(directions[0]), 2e-3);
        Assert.Equal([0], set.Missed);
    }

    [Fact]
    public void Ranges_are_filled_and_kept()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, _) = Model();
        using var set = new ControlledSynthesis(hull, directions).Sample(new() { Count = 40, Seed = 5, Targets = [new(1, -0.3, 0.5)] });
        Assert.All(set.Coordinates, row => Assert.InRange(row[1], -0.302, 0.502));
        Assert.True(set.Coordinates.Max(r => r[1]) > 0.4 && set.Coordinates.Min(r => r[1]) < -0.2);
    }

    [Fact]
    public void What_the_hull_cannot_give_is_reported_and_comes_as_near_as_it_can()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, mean) = Model();
        var along = (hull.Anchors - mean).matmul(directions.t());
        var box = Hypercube.Of(along);
        using var codes = new ControlledSynthesis(hull, directions).Sample(new() { Count = 4, Targets = [new CoordinateTarget(0, box.Max[0] + 50)] });
        Assert.Equal([4], codes.Missed);
        // The furthest point of the dilated hull: all weight above −β on the anchor that lies furthest.
        var furthest = (1 + hull.Count * hull.Beta!.Value) * box.Max[0] - hull.Beta.Value * along.select(1, 0).sum().item<float>();
        Assert.All(codes.Coordinates, row => Assert.InRange(row[0], box.Max[0], furthest + 1e-4));
        Assert.Throws<ArgumentException>(() => new ControlledSynthesis(hull, directions).Sample(new() { Targets = [new CoordinateTarget(2, 0)] }));
        Assert.Throws<ArgumentException>(() => new ControlledSynthesis(hull, directions).Sample(new() { Targets = [new CoordinateTarget(1, 0), new CoordinateTarget(1, 1)] }));
    }

    [Fact]
    public void A_held_projection_is_the_nearest_point_with_the_coordinate()
    {
        using var scope = NewDisposeScope();
        var (hull, directions, mean) = Model();
        var code = (hull.Codes(hull.Sample(1, new Random(2))) + 0.5 * randn(1, 24, generator: new Generator(9))).to(ScalarType.Float64);
        var anchors = hull.Anchors.to(ScalarType.Float64);
        var along = (anchors - mean).matmul(directions[0].to(ScalarType.Float64));
        var found = hull.ProjectHolding(code, directions.narrow(0, 0, 1), full(1, 1, 0.3));
        // A second method: whatever two points of the hull have the coordinate on both sides of 0.3, the point between them that has it is no nearer.
        var random = new Random(4);
        for (var i = 0; i < 300; i++)
        {
            var pair = hull.Sample(2, random, anchorsEach: 1 + i % 5, dilation: hull.Beta!.Value).to(ScalarType.Float64);
            var t = pair.matmul(along).data<double>().ToArray();
            if ((t[0] - 0.3) * (t[1] - 0.3) > 0)
                continue;
            var share = (0.3 - t[0]) / (t[1] - t[0]);
            var other = ((1 - share) * pair[0] + share * pair[1]).matmul(anchors);
            // Between it and the one found as well.
            foreach (var step in (double[])[1, 0.3, 0.01])
                Assert.True(((1 - step) * found.Codes[0] + step * other - code[0]).norm().item<double>() >= found.Distances[0] - 1e-3);
        }
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

    private static (DilatedHull Hull, Tensor Directions, Tensor Mean) Model(double? beta = 0.02)
    {
        var anchors = randn(9, 24, generator: new Generator(6));
        return (new DilatedHull(anchors, beta), PrincipalComponents.Of(anchors).Components.narrow(0, 0, 2), anchors.mean([0]));
    }
}

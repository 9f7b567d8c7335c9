using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class HullEditTests
{
    [Fact]
    public void A_directions_coordinates_in_the_anchors_span_agree()
    {
        using var scope = NewDisposeScope();
        var anchors = MyStyleGolden.Read("span", "anchors");
        var gamma = AnchorSpan.Coordinates(anchors, MyStyleGolden.Read("span", "direction").squeeze(1));
        Near.Equal(MyStyleGolden.Read("span", "gamma_f64").squeeze(1), gamma, 1e-5, 1e-4);
        Near.Equal(MyStyleGolden.Read("span", "projected_f64").squeeze(1), anchors.t().matmul(gamma), 1e-5, 1e-4);
    }

    [Fact]
    public void Dependent_anchors_give_the_same_projection()
    {
        using var scope = NewDisposeScope();
        var anchors = MyStyleGolden.Read("span", "anchors");
        var direction = MyStyleGolden.Read("span", "direction").squeeze(1);
        var twice = cat([anchors, anchors.narrow(0, 0, 2)]);
        Near.Equal(MyStyleGolden.Read("span", "projected_f64").squeeze(1), twice.t().matmul(AnchorSpan.Coordinates(twice, direction)), 1e-5, 1e-4);
    }

    [Theory]
    [InlineData(EdgePolicy.Stop, "STOP")]
    [InlineData(EdgePolicy.Continue, "CONTINUE")]
    [InlineData(EdgePolicy.Project, "PROJECT")]
    public void Edited_codes_and_kept_magnitudes_agree_for_every_edge_policy(EdgePolicy policy, string name)
    {
        using var scope = NewDisposeScope();
        var anchors = MyStyleGolden.Read("edit", "anchors");
        var gamma = AnchorSpan.Coordinates(anchors, MyStyleGolden.Read("edit", "direction"));
        Near.Equal(MyStyleGolden.Read("edit", "gamma")[0], gamma.expand(5, 6), 1e-5, 1e-4);
        var (kept, codes) = HullEdit.Along(new DilatedHull(anchors, 0.03), MyStyleGolden.Read("edit", "alpha")[0], gamma, HullEdit.Magnitudes(2, 11), policy, HullTest.Published);
        Assert.Equal(MyStyleGolden.Json("edit", "cases").GetProperty(name).GetProperty("thetas").EnumerateArray().Select(t => t.GetDouble()), kept);
        Near.Equal(MyStyleGolden.Read("edit", $"edited_{name}"), codes, 1e-4, 1e-4);
    }

    [Fact]
    public void Codes_deep_inside_the_hull_are_kept_where_the_published_code_drops_them()
    {
        using var scope = NewDisposeScope();
        var anchors = eye(3);
        var (kept, codes) = HullEdit.Along(new DilatedHull(anchors, 0.03), full([1, 3], 1 / 3f), tensor([0.01f, 0.02f, -0.01f]), [-1, 0, 1], EdgePolicy.Stop);
        Assert.Equal([-1, 0, 1], kept);
        Assert.Equal([3, 1, 3], codes.shape);
        Assert.Empty(HullEdit.Along(new DilatedHull(anchors, 0.03), full([1, 3], 1 / 3f), tensor([0.01f, 0.02f, -0.01f]), [-1, 0, 1], EdgePolicy.Stop, HullTest.Published).Magnitudes);
    }

    [Fact]
    public void An_edit_that_starts_outside_and_stops_is_empty()
    {
        using var scope = NewDisposeScope();
        var (kept, codes) = HullEdit.Along(new DilatedHull(eye(3), 0.0), tensor(new float[,] { { 2, -1, 0 } }), ones(3), [0, 0.5], EdgePolicy.Stop);
        Assert.Empty(kept);
        Assert.Equal([0, 1, 3], codes.shape);
    }
}

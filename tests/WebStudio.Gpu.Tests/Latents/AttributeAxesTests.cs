using TorchSharp;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class AttributeAxesTests
{
    private const int N = 40, Width = 64;

    [Fact]
    public void Literal_directions_of_the_reference_agree_up_to_sign()
    {
        using var scope = NewDisposeScope();
        var anchors = MyStylePlusPlus.Read("anchors");
        using var axes = AttributeAxes.Choose(PrincipalComponents.Of(anchors), anchors, MyStylePlusPlus.Attributes(),
            new AxisSelection { Kind = AxisKind.Component, Criterion = ComponentCriterion.Paper });
        Near.Equal(MyStylePlusPlus.Read("d_primary").abs(), axes.Directions.abs(), 1e-9);
    }

    [Fact]
    public void A_combination_finds_a_planted_direction_that_no_single_component_is()
    {
        using var scope = NewDisposeScope();
        var (anchors, planted, attributes) = Album();
        using var axes = AttributeAxes.Choose(PrincipalComponents.Of(anchors), anchors, attributes, new AxisSelection());
        // Correlation with 40 photos of noise beside the signal: the angle stays under 25 degrees (cosine 0.9).
        Assert.All(Cosines(axes.Directions, planted), c => Assert.True(c > 0.9, $"cosine {c}"));
        Near.Equal(eye(2), axes.Directions.matmul(axes.Directions.t()), 1e-6);
        Assert.Equal([-1, -1], axes.Components);
    }

    [Theory]
    [InlineData(AxisKind.Component)]
    [InlineData(AxisKind.LeadingCombination)]
    public void Coordinates_grow_with_their_attribute(AxisKind kind)
    {
        using var scope = NewDisposeScope();
        var (anchors, _, attributes) = Album();
        using var axes = AttributeAxes.Choose(PrincipalComponents.Of(anchors), anchors, attributes, new AxisSelection { Kind = kind });
        AssertOriented(axes, anchors, attributes);
        using (no_grad())
            axes.Directions.neg_();
        axes.Orient(anchors, attributes);
        AssertOriented(axes, anchors, attributes);
    }

    [Fact]
    public void A_component_is_followed_through_rank_swaps_and_sign_flips()
    {
        using var scope = NewDisposeScope();
        // Anchors on the axes of space: which axis varies most changes from one instant to the next, and so does its sign.
        var spread = tensor([3f, 2f, 1f]);
        var signs = tensor(new float[,] { { 1, 1, 0 }, { 1, -1, 0 }, { -1, 1, 0 }, { -1, -1, 0 }, { 0, 0, 1 }, { 0, 0, -1 } });
        var values = AttributeLevels.Quantise("yaw", [1, -1, 1, -1, 0, 0], LevelOptions.Bins(1, minPhotos: 1));
        var anchors = signs * spread;
        using var axes = AttributeAxes.Choose(PrincipalComponents.Of(anchors), anchors, [values], new AxisSelection { Kind = AxisKind.Component });
        Near.Equal(tensor(new float[,] { { 0, 1, 0 } }), axes.Directions, 1e-6);
        Assert.Equal([1], axes.Components);

        var later = signs * tensor([2f, 3f, 1f]);
        Assert.Equal(1, axes.Follow(PrincipalComponents.Of(-later))[0], 6);
        Near.Equal(tensor(new float[,] { { 0, 1, 0 } }), axes.Directions, 1e-6);
        Assert.Equal([0], axes.Components);
    }

    [Fact]
    public void A_combination_follows_the_anchors_span_and_stays_orthonormal()
    {
        using var scope = NewDisposeScope();
        var (anchors, _, attributes) = Album();
        using var axes = AttributeAxes.Choose(PrincipalComponents.Of(anchors), anchors, attributes, new AxisSelection());
        Assert.All(axes.Follow(PrincipalComponents.Of(anchors)), c => Assert.Equal(1, c, 5)); // nothing moved

        var moved = anchors + 0.05f * randn(N, Width, generator: new Generator(3));
        var pca = PrincipalComponents.Of(moved);
        var cosines = axes.Follow(pca);
        Assert.All(cosines, c => Assert.InRange(c, 0.9, 0.99999));
        Near.Equal(eye(2), axes.Directions.matmul(axes.Directions.t()), 1e-5);
        Near.Equal(axes.Directions, axes.Directions.matmul(pca.Components.t()).matmul(pca.Components), 1e-5); // inside the span
    }

    [Fact]
    public void Attributes_added_later_leave_the_earlier_directions()
    {
        using var scope = NewDisposeScope();
        var (anchors, _, attributes) = Album();
        var pca = PrincipalComponents.Of(anchors);
        using var first = AttributeAxes.Choose(pca, anchors, [attributes[0]], new AxisSelection());
        using var both = AttributeAxes.Choose(pca, anchors, attributes, new AxisSelection(), earlier: first);
        using var together = AttributeAxes.Choose(pca, anchors, attributes, new AxisSelection());
        Near.Equal(first.Directions[0], both.Directions[0], 0);
        Near.Equal(together.Directions, both.Directions, 1e-6);
    }

    [Fact]
    public void What_cannot_be_told_apart_is_refused()
    {
        using var scope = NewDisposeScope();
        var (anchors, _, attributes) = Album();
        var few = anchors.narrow(0, 0, 3);
        var three = attributes.Append(attributes[0]).Select(a => AttributeLevels.Quantise(a.Name, a.Values.Take(3), LevelOptions.Bins(1))).ToArray();
        Assert.Contains("only 2 components", Assert.Throws<InvalidInputException>(() => AttributeAxes.Choose(PrincipalComponents.Of(few), few, three, new AxisSelection())).Message);
        Assert.Contains("'yaw'", Assert.Throws<InvalidInputException>(() => AttributeAxes.Choose(PrincipalComponents.Of(anchors), anchors, [attributes[0], attributes[0]], new AxisSelection())).Message);
    }

    [Fact]
    public void Following_a_hundred_steps_leaves_no_tensor_behind()
    {
        var anchors = randn(12, 16);
        var levels = AttributeLevels.Quantise("yaw", Enumerable.Range(0, 12).Select(n => (double)n), LevelOptions.Bins(3));
        using var first = PrincipalComponents.Of(anchors);
        using var axes = AttributeAxes.Choose(first, anchors, [levels], new AxisSelection());
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++)
        {
            using var pca = PrincipalComponents.Of(anchors);
            axes.Follow(pca);
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>Anchors in which two attributes lie along oblique orthogonal directions among stronger and weaker noise.</summary>
    private static (Tensor Anchors, Tensor Planted, AttributeLevels[] Attributes) Album()
    {
        var random = new Generator(11);
        var basis = linalg.qr(randn(Width, 8, generator: random)).Q.t(); // [8, Width]
        var planted = stack([(basis[0] + basis[1] + basis[2]) / MathF.Sqrt(3), (basis[3] - basis[4]) / MathF.Sqrt(2)]);
        var values = randn(N, 2, generator: random);
        var anchors = (values * tensor([3f, 2f])).matmul(planted) + randn(N, 8, generator: random).matmul(basis) * 0.4f + randn(N, Width, generator: random) * 0.05f;
        AttributeLevels Levels(string name, int m) => AttributeLevels.Quantise(name, values.select(1, m).contiguous().data<float>().ToArray().Select(v => -10.0 * v), LevelOptions.Bins(5));
        return (anchors, -planted, [Levels("yaw", 0), Levels("smile", 1)]);
    }

    private static float[] Cosines(Tensor a, Tensor b) => (a * b).sum(1).data<float>().ToArray();

    private static void AssertOriented(AttributeAxes axes, Tensor anchors, AttributeLevels[] attributes)
    {
        var coordinates = anchors.matmul(axes.Directions.t());
        for (var m = 0; m < attributes.Length; m++)
            Assert.True(Correlation.Pearson(coordinates.select(1, m).contiguous().data<float>().ToArray().Select(v => (double)v).ToArray(), [.. attributes[m].Values]) > 0);
    }
}

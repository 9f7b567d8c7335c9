using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class HullProjectionTests
{
    [Theory]
    [InlineData("n10_d16", true)]
    [InlineData("n24_d6", false)] // more anchors than dimensions: α is not unique, the point is
    [InlineData("n4_d32", true)]
    public void Projections_agree_with_the_quadratic_programs_solution(string name, bool unique)
    {
        using var scope = NewDisposeScope();
        var (anchors, codes) = (MyStyleGolden.Read("qp", $"{name}_anchors"), MyStyleGolden.Read("qp", $"{name}_w"));
        foreach (var (tag, beta) in ((string, double)[])[("0p0", 0), ("0p02", 0.02), ("0p1", 0.1)])
        {
            var found = new DilatedHull(anchors, beta).Project(codes);
            Near.Equal(MyStyleGolden.Read("qp", $"{name}_beta{tag}_projected"), found.Codes, 1e-6, 1e-6);
            if (unique)
                Near.Equal(MyStyleGolden.Read("qp", $"{name}_beta{tag}_alpha"), found.Weights, 1e-6, 1e-6);
            var objective = MyStyleGolden.Json("qp", "cases").GetProperty("cases").EnumerateArray()
                .Single(c => c.GetProperty("case").GetString() == name && c.GetProperty("beta").GetDouble() == beta).GetProperty("objective").GetDouble();
            Assert.Equal(objective, 0.5 * found.Distances.Sum(d => d * d), 1e-9 * objective);
            AssertOptimal(anchors, codes, found, beta);
        }
    }

    [Theory]
    [InlineData(200, 512, 0.02)]
    [InlineData(200, 64, 0.02)] // three times more anchors than dimensions
    [InlineData(45, 512, 0.0)]
    public void Galleries_of_real_size_are_solved_exactly(int n, int width, double beta)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(4);
        // Singular values fall over three orders of magnitude, as those of real anchors do.
        var anchors = randn(n, width, dtype: ScalarType.Float64, generator: random).mul(logspace(0, -3, width, dtype: ScalarType.Float64)) + 0.3;
        var inside = rand(1, n, dtype: ScalarType.Float64, generator: random);
        var codes = cat([(inside / inside.sum()).matmul(anchors), anchors.narrow(0, 3, 1), anchors.mean([0], keepdim: true) + 0.5 * randn(2, width, dtype: ScalarType.Float64, generator: random), full([1, width], 40.0, dtype: ScalarType.Float64)]);
        var found = new DilatedHull(anchors, beta).Project(codes);
        Assert.All(found.Distances.Take(2), d => Assert.InRange(d, 0, 1e-9)); // a mixture and an anchor lie inside
        Assert.All(found.Distances.Skip(2), d => Assert.True(d > 0.1));
        AssertOptimal(anchors, codes, found, beta);
    }

    [Fact]
    public void Copies_of_an_anchor_do_no_harm()
    {
        using var scope = NewDisposeScope();
        var anchors = randn(6, 10, generator: new Generator(2));
        var codes = randn(3, 10, generator: new Generator(3));
        var found = new DilatedHull(cat([anchors, anchors]), 0.0).Project(codes);
        Near.Equal(new DilatedHull(anchors, 0.0).Project(codes).Codes, found.Codes, 1e-5);
        Assert.Equal(ScalarType.Float32, found.Codes.dtype);
    }

    [Fact]
    public void Without_beta_the_point_is_the_nearest_of_the_affine_span()
    {
        using var scope = NewDisposeScope();
        var anchors = randn(4, 9, dtype: ScalarType.Float64, generator: new Generator(2));
        var codes = randn(2, 9, dtype: ScalarType.Float64, generator: new Generator(3));
        var found = new DilatedHull(anchors, null).Project(codes);
        Near.Equal(ones(2, dtype: ScalarType.Float64), found.Weights.sum(1), 1e-12);
        Near.Equal(found.Codes, found.Weights.matmul(anchors), 1e-12);
        // What is left is perpendicular to every difference of anchors.
        Near.Equal(zeros(2, 4, dtype: ScalarType.Float64), (codes - found.Codes).matmul((anchors - anchors[0]).t()), 1e-10);
    }

    /// <summary>Karush-Kuhn-Tucker: feasible, one multiplier for all free weights, none smaller at a bound. Multipliers relative to |anchor|·(|residual| + rounding).</summary>
    private static void AssertOptimal(Tensor anchors, Tensor codes, HullPoints found, double beta)
    {
        Near.Equal(ones(codes.shape[0], dtype: ScalarType.Float64), found.Weights.sum(1), 1e-9);
        Assert.True(found.Weights.min().item<double>() >= -beta - 1e-12);
        var gradients = (found.Codes - codes).matmul((anchors - anchors.mean([0])).t()); // [P, N]
        for (var p = 0; p < codes.shape[0]; p++)
        {
            var scale = 1e-9 * (anchors.norm() * (1 + found.Distances[p])).item<double>();
            var free = found.Weights[p].gt(-beta + 1e-9);
            var multipliers = gradients[p].masked_select(free);
            Assert.True((multipliers.max() - multipliers.min()).item<double>() <= scale, $"row {p}: free multipliers differ by {(multipliers.max() - multipliers.min()).item<double>()}");
            Assert.True(gradients[p].min().item<double>() >= multipliers.max().item<double>() - scale, $"row {p}: a bound holds what should move");
        }
    }
}

using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class DilatedHullTests
{
    public static TheoryData<string, bool, double?> Cases()
    {
        var data = new TheoryData<string, bool, double?>();
        foreach (var (tag, beta) in ((string, double?)[])[("betaNone", null), ("beta0p0", 0), ("beta0p02", 0.02), ("beta0p1", 0.1)])
        {
            data.Add($"W_{tag}", false, beta);
            data.Add($"Wplus_{tag}", true, beta);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_codes_and_their_gradients_agree_with_the_official_parametrisation(string tag, bool wPlus, double? beta)
    {
        using var scope = NewDisposeScope();
        var (free, deltas) = Parameters(wPlus);
        var hull = new DilatedHull(MyStyleGolden.Read("alpha", "anchors"), beta);
        var weights = hull.Constrain(free, deltas);
        Near.Equal(MyStyleGolden.Read("alpha", $"{tag}_constrained"), weights[0].expand(10, 7), 1e-5, 1e-4);
        Near.Equal(MyStyleGolden.Read("alpha", $"{tag}_latent"), hull.Codes(weights).expand(1, 10, 24), 5e-5, 1e-4);

        (weights * MyStyleGolden.Read("alpha", "probe_R")).sum().backward();
        Near.Equal(MyStyleGolden.Read("alpha", $"{tag}_grad_probe_alpha"), free.grad!.t(), 1e-4, 1e-3);
        if (deltas is not null)
            Near.Equal(MyStyleGolden.Read("alpha", $"{tag}_grad_probe_deltas"), deltas.grad![0], 1e-4, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_regularisation_and_its_gradients_agree(string tag, bool wPlus, double? beta)
    {
        _ = beta;
        using var scope = NewDisposeScope();
        foreach (var layers in (int[])[12, 4])
        {
            var name = layers == 12 ? tag : $"{tag}_layers{layers}";
            var (free, deltas) = Parameters(wPlus);
            var loss = DilatedHull.Regularisation(free, deltas, layers);
            loss.sum().backward();
            var expected = MyStyleGolden.Json("alpha", "cases").GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("tag").GetString() == name);
            Assert.Equal(expected.GetProperty("regularization_loss").GetDouble(), loss.item<float>(), 1e-5 * 33);
            Near.Equal(MyStyleGolden.Read("alpha", $"{name}_grad_reg_alpha"), free.grad!.t(), 1e-4, 1e-3);
            if (deltas is not null)
                Near.Equal(MyStyleGolden.Read("alpha", $"{name}_grad_reg_deltas"), deltas.grad![0], 1e-4, 1e-3); // one row of δ is zero: no NaN
        }
    }

    [Fact]
    public void Photos_of_a_batch_are_independent()
    {
        using var scope = NewDisposeScope();
        var (free, deltas) = Parameters(wPlus: true);
        var hull = new DilatedHull(MyStyleGolden.Read("alpha", "anchors"), 0.02);
        var twice = hull.Constrain(cat([free, free * 0.5f]), cat([deltas!, deltas! * 2]));
        Near.Equal(hull.Constrain(free, deltas), twice.narrow(0, 0, 1), 1e-7);
        Near.Equal(DilatedHull.Regularisation(free * 0.5f, deltas! * 2), DilatedHull.Regularisation(cat([free, free * 0.5f]), cat([deltas!, deltas! * 2])).narrow(0, 1, 1), 1e-5);
    }

    [Fact]
    public void Given_weights_make_the_official_points()
    {
        using var scope = NewDisposeScope();
        var hull = new DilatedHull(MyStyleGolden.Read("p0", "anchors"));
        Near.Equal(MyStyleGolden.Read("p0", "points_first20"), hull.Codes(MyStyleGolden.Read("p0", "weights_first20")), 1e-5, 1e-5);
        var layers = MyStyleGolden.Read("p0", "anchors_wplus").squeeze(1); // [N, num_ws, D]
        Near.Equal(MyStyleGolden.Read("p0", "points_wplus_first20").squeeze(1), einsum("sn,nld->sld", MyStyleGolden.Read("p0", "weights_wplus_first20"), layers), 1e-5, 1e-5);
    }

    [Fact]
    public void Samples_have_the_official_distribution_and_not_a_Dirichlet()
    {
        using var scope = NewDisposeScope();
        const int count = 40_000;
        var hull = new DilatedHull(MyStyleGolden.Read("p0", "anchors"));
        var weights = hull.Sample(count, new Random(5)).to(ScalarType.Float64);
        Assert.Equal(count * 3, weights.gt(0).sum().item<long>());
        Near.Equal(ones(count, dtype: ScalarType.Float64), weights.sum(1), 1e-6);

        var statistics = MyStyleGolden.Json("p0", "statistics");
        double[] Numbers(string part, string name) => [.. statistics.GetProperty(part).GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        var positive = weights.masked_select(weights.gt(0));
        var variance = statistics.GetProperty("single_weight").GetProperty("var").GetDouble();
        Assert.InRange(positive.var(unbiased: false).item<double>(), 0.97 * variance, 1.03 * variance); // a Dirichlet has 1.7 times as much
        var levels = tensor(Numbers("single_weight", "quantile_levels"));
        Near.Equal(tensor(Numbers("single_weight", "quantiles")), quantile(positive.narrow(0, 0, 30_000), levels), 0.01);
        Near.Equal(tensor(Numbers("single_weight", "max_weight_quantiles")), quantile(weights.amax([1]), levels), 0.01);

        var points = weights.matmul(hull.Anchors.to(ScalarType.Float64));
        // Mean within 5 standard errors of the exact expectation.
        Near.Equal(zeros(5, dtype: ScalarType.Float64), (points.mean([0]) - tensor(Numbers("points", "expected_mean"))) / points.std(0) * Math.Sqrt(count), 5);
        Near.Equal(hull.Sample(3, new Random(9)), hull.Sample(3, new Random(9)), 0);
    }

    private static (Tensor Free, Tensor? Deltas) Parameters(bool wPlus) => (
        MyStyleGolden.Read("alpha", "alpha_opt").t().contiguous().requires_grad_(),
        wPlus ? MyStyleGolden.Read("alpha", "deltas_opt").unsqueeze(0).requires_grad_() : null);
}

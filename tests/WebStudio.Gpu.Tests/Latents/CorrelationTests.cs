using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Tests.Latents;

public class CorrelationTests
{
    [Fact]
    public void Ranks_make_any_monotone_relation_perfect_and_product_moments_do_not()
    {
        double[] x = [1, 2, 3, 4, 5], y = [1, 8, 27, 64, 1000];
        Assert.Equal(1, Correlation.Spearman(x, y), 12);
        Assert.Equal(-1, Correlation.Spearman(x, [.. y.Select(v => -v)]), 12);
        Assert.InRange(Correlation.Pearson(x, y), 0.7, 0.8);
    }

    [Fact]
    public void Tied_values_share_their_mean_rank()
    {
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 · 5).
        Assert.Equal(4.5 / Math.Sqrt(22.5), Correlation.Spearman([10, 20, 20, 30], [1, 2, 3, 4]), 12);
    }

    [Fact]
    public void Unknown_pairs_are_left_out_and_constants_correlate_with_nothing()
    {
        Assert.Equal(1, Correlation.Spearman([1, 2, double.NaN, 3], [4, 5, -9, 6]), 12);
        Assert.Equal(0, Correlation.Pearson([1, 1, 1], [1, 2, 3]));
    }
}

using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Tests.Latents;

public class IsotonicRegressionTests
{
    [Fact]
    public void Violators_are_pooled_to_their_weighted_mean()
    {
        Assert.Equal([1, 2.5, 2.5, 4], IsotonicRegression.Fit([1, 3, 2, 4], [1, 1, 1, 1]));
        Assert.Equal([2.25, 2.25], IsotonicRegression.Fit([3, 2], [1, 3]));
        Assert.Equal([2, 2, 2], IsotonicRegression.Fit([3, 2, 1], [1, 1, 1]));
        Assert.Empty(IsotonicRegression.Fit([], []));
    }

    [Fact]
    public void No_other_monotone_sequence_of_the_grid_is_nearer()
    {
        double[] values = [2, 0, 3, 1], weights = [1, 2, 1, 3];
        double Error(double[] fit) => fit.Zip(values, weights).Sum(t => t.Third * Math.Pow(t.First - t.Second, 2));
        var fit = IsotonicRegression.Fit(values, weights);
        Assert.Equal(fit.Order(), fit);
        for (var code = 0; code < 31 * 31 * 31 * 31; code += 1)
        {
            double[] other = [code % 31 / 10.0, code / 31 % 31 / 10.0, code / 961 % 31 / 10.0, code / 29791 / 10.0];
            if (other[0] <= other[1] && other[1] <= other[2] && other[2] <= other[3])
                Assert.True(Error(fit) <= Error(other) + 1e-12);
        }
    }

    [Fact]
    public void A_weight_of_nothing_is_an_error() => Assert.Throws<ArgumentException>(() => IsotonicRegression.Fit([1, 2], [1, 0]));
}

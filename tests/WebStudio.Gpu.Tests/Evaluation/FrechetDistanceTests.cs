using WebStudio.Gpu.Evaluation;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.Tests.Evaluation;

public sealed class FrechetDistanceTests
{
    [Fact]
    public void Of_one_dimension_it_is_the_squared_difference_of_means_and_of_deviations()
    {
        using var scope = NewDisposeScope();
        // Means 0 and 7, sample variances 2 and 18: 49 + (√18 − √2)² = 57.
        var first = tensor([-1.0, 1.0]).view(2, 1);
        var second = tensor([4.0, 10.0]).view(2, 1);
        Assert.Equal(57, FrechetDistance.Between(first, second), 1e-9);
        Assert.Equal(57, FrechetDistance.Between(second, first), 1e-9);
    }

    [Fact]
    public void Scaled_and_shifted_rows_are_as_far_as_the_closed_form_says()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(1);
        // Correlated columns; y = 3 x + 2 has covariance 9 Σ, which commutes with Σ: |2 μ + 2|² + (3 − 1)² tr Σ.
        var x = randn([400, 5], ScalarType.Float64, generator: random).matmul(randn([5, 5], ScalarType.Float64, generator: random));
        var mean = x.mean([0]);
        var trace = (x - mean).square().sum().item<double>() / 399;
        var expected = (mean * 2 + 2).square().sum().item<double>() + 4 * trace;
        Assert.Equal(expected, FrechetDistance.Between(x, x * 3 + 2), 1e-6 * expected);
        Assert.Equal(0, FrechetDistance.Between(x, x.flip(0)), 1e-6 * trace);
    }

    [Fact]
    public void Fewer_rows_than_columns_give_a_finite_distance()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(2);
        var distance = FrechetDistance.Between(randn([10, 32], generator: random), randn([12, 32], generator: random));
        Assert.InRange(distance, 1, 200);
    }

    [Fact]
    public void Weights_count_rows_as_often_as_they_say()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(3);
        var (x, y) = (randn([50, 3], ScalarType.Float64, generator: random), randn([4, 3], ScalarType.Float64, generator: random));
        Assert.Equal(FrechetDistance.Between(x, y), FrechetDistance.Between(x, y, [2, 2, 2, 2]), 1e-9);
        // A weight of nothing leaves a row out.
        Assert.Equal(FrechetDistance.Between(x, y.narrow(0, 0, 3)), FrechetDistance.Between(x, y, [1, 1, 1, 0]), 1e-9);
    }
}

using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Tests.Latents;

public class LevelTargetsTests
{
    private static readonly AttributeLevels Yaw = AttributeLevels.Quantise("yaw", [0, 0, 10, 30], LevelOptions.Bins(10, minPhotos: 1));

    [Fact]
    public void The_line_spaces_levels_as_their_values()
    {
        var targets = LevelTargets.Of([0, 0, 2, 3], Yaw, LevelOrder.Linear);
        Assert.Equal(targets[0], targets[1]);
        Assert.Equal(2 * (targets[2] - targets[0]), targets[3] - targets[2], 12); // 10 degrees, then 20
        Assert.Equal(1.25, targets.Average(), 12);
    }

    [Theory]
    [InlineData(LevelOrder.Isotonic)]
    [InlineData(LevelOrder.Linear)]
    public void Targets_keep_at_least_the_asked_deviation_even_where_the_fit_is_flat(LevelOrder order)
    {
        foreach (var coordinates in (double[][])[[0, 0, 0.1, 0.2], [3, 3, 2, 1], [5, 5, 5, 5]])
        {
            var targets = LevelTargets.Of(coordinates, Yaw, order, leastDeviation: 2);
            Assert.Equal(2, Math.Sqrt(targets.Average(t => Math.Pow(t - targets.Average(), 2))), 9);
            Assert.Equal(coordinates.Average(), targets.Average(), 9);
            Assert.True(targets[0] < targets[2] && targets[2] < targets[3]);
        }
    }

    [Fact]
    public void Targets_that_are_spread_enough_are_left()
    {
        Assert.Equal([0, 0, 2, 9], LevelTargets.Of([0, 0, 2, 9], Yaw, LevelOrder.Isotonic, leastDeviation: 1));
    }
}

using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Tests.Latents;

public class AxisStatisticsTests
{
    [Fact]
    public void Spread_is_the_root_of_within_level_over_total_variance()
    {
        var levels = AttributeLevels.Quantise("yaw", [0, 0, 10, 10, 20], LevelOptions.Bins(10, minPhotos: 1));
        // Level means 1 and 4; within: four photos at distance 1; total variance of 0, 2, 3, 5, 10 is 11.6. The lone photo counts in the total only.
        var statistics = AxisStatistics.Of([0, 2, 3, 5, 10], levels, totalVariance: 23.2);
        Assert.Equal(Math.Sqrt(1 / 11.6), statistics.WithinLevelSpread, 12);
        Assert.Equal(Math.Sqrt(11.6), statistics.DeviationAlong, 12);
        Assert.Equal(0.5, statistics.ExplainedFraction, 12);
        Assert.Equal(Correlation.Spearman([0, 2, 3, 5, 10], [0, 0, 10, 10, 20]), statistics.RankCorrelation);
    }

    [Fact]
    public void Levels_of_one_photo_say_nothing_about_spread()
    {
        var levels = AttributeLevels.Quantise("yaw", [0, 10, 20], LevelOptions.Bins(10, minPhotos: 1));
        Assert.True(double.IsNaN(AxisStatistics.Of([0, 1, 2], levels, 1).WithinLevelSpread));
    }
}

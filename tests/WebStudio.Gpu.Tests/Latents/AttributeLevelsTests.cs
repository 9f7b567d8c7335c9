using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Tests.Latents;

public class AttributeLevelsTests
{
    [Fact]
    public void Values_go_to_the_nearest_multiple_of_the_width_and_a_level_is_worth_the_mean_of_its_photos()
    {
        var yaw = AttributeLevels.Quantise("yaw", [-6, -4, 0, 2.4, 2.6, 11, double.NaN], LevelOptions.Bins(5, minPhotos: 1));
        Assert.Equal([0, 0, 1, 1, 2, 3, AttributeLevels.Unknown], yaw.LevelOf);
        Assert.Equal([-5, 1.2, 2.6, 11], yaw.LevelValues);
        Assert.Equal([2, 2, 1, 1], yaw.Counts);
        Assert.True(yaw.Ordered);
    }

    [Fact]
    public void Few_photos_make_fewer_levels_but_an_outlier_stays_alone()
    {
        double[] values = [-30, -12, -9, -6, -4, -1, 0, 1, 4, 6, 9, 11];
        var levels = AttributeLevels.Quantise("yaw", values, LevelOptions.Bins(5));
        Assert.True(levels.Counts.Count < AttributeLevels.Quantise("yaw", values, LevelOptions.Bins(5, minPhotos: 1)).Counts.Count);
        Assert.Equal(1, levels.Counts[0]); // -30 is 18 degrees from its neighbour: more than three bins in one union
        Assert.All(levels.Counts.Skip(1), c => Assert.True(c >= 3));
        Assert.Equal(values.Length, levels.Counts.Sum());
    }

    [Fact]
    public void A_number_of_levels_shares_the_photos_out_and_keeps_equal_values_together()
    {
        var smile = AttributeLevels.Quantise("smile", Enumerable.Range(0, 24).Select(i => i < 10 ? 0.0 : i), new LevelOptions { Count = 4, MinPhotos = 1 });
        Assert.Equal(10, smile.Counts[0]);
        Assert.True(smile.Counts.Count <= 4);
        Assert.Equal(smile.LevelValues.Order(), smile.LevelValues);
    }

    [Fact]
    public void Categories_keep_every_distinct_value()
    {
        var glasses = AttributeLevels.Quantise("glasses", [1, 0, 0, 99], LevelOptions.Categories);
        Assert.Equal([1, 0, 0, 2], glasses.LevelOf);
        Assert.False(glasses.Ordered);
    }

    [Fact]
    public void Level_means_leave_photos_without_a_value_out()
    {
        var levels = AttributeLevels.Quantise("age", [20, 20, double.NaN, 40], LevelOptions.Bins(2, minPhotos: 1));
        Assert.Equal([2, 7], levels.LevelMeans([1, 3, 100, 7]));
    }

    [Fact]
    public void Useless_input_is_refused_by_name()
    {
        Assert.Contains("'age'", Assert.Throws<InvalidInputException>(() => AttributeLevels.Quantise("age", [double.NaN], LevelOptions.Bins(2))).Message);
        Assert.Contains("greater than 0", Assert.Throws<InvalidInputException>(() => AttributeLevels.Quantise("age", [1], LevelOptions.Bins(0))).Message);
    }
}

using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Tests.Latents;

public class CalibrationTests
{
    [Fact]
    public void A_straight_relation_is_found_and_goes_on_a_quarter_beyond_the_gallery()
    {
        var x = Enumerable.Range(0, 21).Select(i => i / 10.0 - 1).ToArray();
        var map = Calibration.Fit(x, [.. x.Select(v => 30 * v + 5)]);
        foreach (var at in (double[])[-1.5, -1, -0.33, 0, 0.71, 1, 1.5])
            Assert.Equal(30 * at + 5, map.ToValue(at), 9);
        Assert.Equal(50, map.ToValue(9), 9); // held at the end
        Assert.Equal(-1.5, map.ToCoordinate(-1000), 9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_map_of_a_noisy_gallery_grows_and_inverts(int seed)
    {
        var random = new Random(seed);
        var x = Enumerable.Range(0, 45).Select(_ => random.NextDouble() * 4 - 2).ToArray();
        var y = x.Select((v, i) => i % 7 == 0 ? double.NaN : 20 * Math.Tanh(v) + 8 * random.NextDouble()).ToArray();
        var map = Calibration.Fit(x, y);
        var steps = Enumerable.Range(0, 200).Select(i => map.Coordinates[0] + (map.Coordinates[^1] - map.Coordinates[0]) * i / 199).ToArray();
        Assert.All(steps.Zip(steps.Skip(1)), p => Assert.True(map.ToValue(p.Second) > map.ToValue(p.First)));
        Assert.All(steps, s => Assert.Equal(s, map.ToCoordinate(map.ToValue(s)), 9));
        // Close to the curve the noise was laid on (mean +4): the noise deviates 2.3, the fit averages it.
        Assert.All(steps.Where(s => Math.Abs(s) < 1.6), s => Assert.InRange(map.ToValue(s), 20 * Math.Tanh(s) - 1.5, 20 * Math.Tanh(s) + 9.5));
    }

    [Fact]
    public void An_attribute_unrelated_or_contrary_to_the_coordinate_still_gets_a_usable_line()
    {
        var map = Calibration.Fit([0, 1, 2, 3], [9, 7, 5, 3]);
        Assert.Equal(6, map.ToValue(1.5), 9);
        Assert.Equal(8, map.ToValue(2.5), 9); // ratio of the deviations: 2
    }

    [Fact]
    public void Knots_survive_a_file_and_bad_knots_are_refused()
    {
        var map = Calibration.Fit([0, 1, 2], [1, 2, 4]);
        Assert.Equal(map, new Calibration([.. map.Coordinates], [.. map.Values]));
        Assert.Throws<InvalidInputException>(() => new Calibration([0, 1], [2, 2]));
        Assert.Throws<InvalidInputException>(() => new Calibration([0, double.NaN], [1, 2]));
    }

    [Fact]
    public void Nothing_to_calibrate_is_said_clearly()
    {
        Assert.Contains("is 1 photo", Assert.Throws<InvalidInputException>(() => Calibration.Fit([0, 1], [3, double.NaN])).Message);
        Assert.Contains("all alike", Assert.Throws<InvalidInputException>(() => Calibration.Fit([0, 1], [3, 3])).Message);
    }
}

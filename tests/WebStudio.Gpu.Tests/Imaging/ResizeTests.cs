using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Imaging;

public class ResizeTests
{
    [Theory]
    [InlineData(9, 6)]
    [InlineData(7, 5)]
    [InlineData(1, 1)]
    [InlineData(40, 33)]
    public void Area_is_the_mean_over_the_covered_part_of_every_pixel(int width, int height)
    {
        var image = Noise(27, 18);
        var resized = image.Resize(width, height, ResizeFilter.Area);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++)
                    Assert.Equal(Mean(x, y, c), resized.Pixels[(y * width + x) * 3 + c], 1.01); // rounded twice

        double Mean(int x, int y, int c)
        {
            var (sum, area) = (0.0, 0.0);
            for (var v = 0; v < 18; v++)
                for (var u = 0; u < 27; u++)
                {
                    var covered = Overlap(u, x * 27.0 / width, (x + 1) * 27.0 / width) * Overlap(v, y * 18.0 / height, (y + 1) * 18.0 / height);
                    sum += covered * image.Pixels[(v * 27 + u) * 3 + c];
                    area += covered;
                }
            return sum / area;
        }

        static double Overlap(int pixel, double from, double to) => Math.Max(0, Math.Min(pixel + 1, to) - Math.Max(pixel, from));
    }

    [Theory]
    [InlineData(ResizeFilter.Area)]
    [InlineData(ResizeFilter.Bilinear)]
    [InlineData(ResizeFilter.Lanczos)]
    public void A_flat_picture_stays_flat_and_a_ramp_stays_a_ramp(ResizeFilter filter)
    {
        var flat = new RgbImage(33, 21, [.. Enumerable.Repeat((byte[])[3, 128, 252], 33 * 21).SelectMany(p => p)]);
        Assert.Equal(flat.Pixels.Take(3), flat.Resize(57, 10, filter).Pixels.Skip(300).Take(3));
        var ramp = new RgbImage(200, 2, [.. Enumerable.Range(0, 400).SelectMany(i => Enumerable.Repeat((byte)(i % 200), 3))]);
        var small = ramp.Resize(50, 2, filter);
        for (var x = 4; x < 46; x++)
            Assert.Equal((x + 0.5) * 4 - 0.5, small.Pixels[3 * x], 1.0);
    }

    [Fact]
    public void Enlarging_bilinearly_mixes_the_two_nearest_pixels()
    {
        var image = new RgbImage(2, 1, [0, 0, 0, 200, 100, 40]);
        Assert.Equal([0, 0, 0, 50, 25, 10, 150, 75, 30, 200, 100, 40], image.Resize(4, 1, ResizeFilter.Bilinear).Pixels);
    }

    [Fact]
    public void The_same_size_gives_an_equal_picture_of_its_own()
    {
        var image = Noise(8, 8);
        var same = image.Resize(8, 8);
        Assert.Equal(image.Pixels, same.Pixels);
        Assert.NotSame(image.Pixels, same.Pixels);
    }

    [Fact]
    public void A_part_is_cut_out_and_one_that_reaches_out_is_refused()
    {
        var image = Noise(10, 6);
        var part = image.Crop(3, 2, 5, 4);
        Assert.Equal(image.Pixels.Skip((2 * 10 + 3) * 3).Take(15), part.Pixels.Take(15));
        Assert.Equal(image.Pixels.Skip((5 * 10 + 3) * 3).Take(15), part.Pixels.TakeLast(15));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(6, 0, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(-1, 0, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(0, 3));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(19)]
    public void A_wide_blur_on_the_reduced_picture_agrees_with_the_definition(double sigma)
    {
        // Noise, edges and a ramp; 131 and 97 are no multiples of the reduction.
        var image = Noise(131, 97);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(i % 393 < 200 ? image.Pixels[i] / 4 : i / 393 + image.Pixels[i] / 2);
        var direct = GaussianBlur.Direct([.. image.Pixels.Select(p => (float)p)], 131, 97, sigma);
        var fast = GaussianBlur.Apply(image, sigma);
        Assert.InRange(direct.Zip(fast, (d, f) => Math.Abs(d - f)).Max(), 0, 1.0); // levels
        Assert.True(direct.Max() - direct.Min() > 40);
    }

    private static RgbImage Noise(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(11).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }
}

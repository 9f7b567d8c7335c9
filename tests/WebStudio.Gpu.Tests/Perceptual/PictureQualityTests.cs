using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Perceptual;

public class PictureQualityTests
{
    [Fact]
    public void Psnr_is_ten_times_the_logarithm_of_squared_peak_over_error()
    {
        using var scope = NewDisposeScope();
        var target = rand(3, 3, 8, 8) * 1.6 - 0.8;
        // Off by 0.2, by 0.02, and equal: 4 / 0.04 is 20 dB, 4 / 0.0004 is 40 dB.
        var image = target + tensor((float[])[0.2f, -0.02f, 0]).view(3, 1, 1, 1);
        Near.Equal(tensor((float[])[20, 40, 100]), Psnr.Of(image, target), atol: 1e-3);
    }

    [Fact]
    public void Psnr_clamps_the_picture_and_leaves_out_pixels_without_weight()
    {
        using var scope = NewDisposeScope();
        var target = ones(1, 3, 4, 4);
        var image = full([1, 3, 4, 4], 5f);
        image[0, .., 0, 0] = tensor(0.8f);
        // One pixel of sixteen is off by 0.2.
        Near.Equal(tensor((float[])[20 + 10 * MathF.Log10(16)]), Psnr.Of(image, target), atol: 1e-3);
        var weights = zeros(1, 1, 4, 4);
        weights[0, 0, 0, ..2] = tensor(1f);
        Near.Equal(tensor((float[])[20 + 10 * MathF.Log10(2)]), Psnr.Of(image, target, weights), atol: 1e-3);
    }

    [Theory]
    [InlineData(11, 11, 0.3)]
    [InlineData(16, 23, 0.05)]
    [InlineData(23, 14, 1.0)]
    public void Ssim_agrees_with_its_definition_window_by_window(int height, int width, double noise)
    {
        using var scope = NewDisposeScope();
        var target = rand([2, 3, height, width], generator: new Generator(5)) * 2 - 1;
        target = target.cumsum(3) / arange(1, width + 1); // smooth enough to have structure
        var image = target + randn([2, 3, height, width], generator: new Generator(6)) * noise;
        var expected = Enumerable.Range(0, 2).Select(n => Direct(image[n], target[n])).ToArray();
        Near.Equal(tensor(expected), Ssim.Of(image, target), atol: 2e-5);
        Assert.InRange(expected[0], -1, 0.999);
        Near.Equal(ones(2), Ssim.Of(image, image), atol: 1e-6);
    }

    [Fact]
    public void Pictures_smaller_than_the_window_are_refused()
    {
        using var small = zeros(1, 3, 10, 20);
        Assert.Throws<ArgumentException>(() => Ssim.Of(small, small));
    }

    /// <summary>Sums over the window for every position, in double, nothing shared with the implementation.</summary>
    private static double Direct(Tensor image, Tensor target)
    {
        var (height, width) = ((int)image.shape[1], (int)image.shape[2]);
        var (x, y) = (image.contiguous().data<float>().ToArray(), target.contiguous().data<float>().ToArray());
        var (sum, count) = (0.0, 0);
        for (var c = 0; c < 3; c++)
            for (var top = 0; top + 11 <= height; top++)
                for (var left = 0; left + 11 <= width; left++)
                {
                    var (total, mx, my) = (0.0, 0.0, 0.0);
                    Each((weight, a, b) => (total, mx, my) = (total + weight, mx + weight * a, my + weight * b));
                    (mx, my) = (mx / total, my / total);
                    var (vx, vy, cov) = (0.0, 0.0, 0.0);
                    Each((weight, a, b) => (vx, vy, cov) = (vx + weight * (a - mx) * (a - mx) / total, vy + weight * (b - my) * (b - my) / total, cov + weight * (a - mx) * (b - my) / total));
                    const double c1 = 0.0004, c2 = 0.0036;
                    sum += (2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2));
                    count++;

                    void Each(Action<double, double, double> visit)
                    {
                        for (var v = 0; v < 11; v++)
                            for (var u = 0; u < 11; u++)
                            {
                                var at = (c * height + top + v) * width + left + u;
                                visit(Math.Exp(-((v - 5) * (v - 5) + (u - 5) * (u - 5)) / 4.5), x[at], y[at]);
                            }
                    }
                }
        return sum / count;
    }
}

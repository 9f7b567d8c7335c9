using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Perceptual;

/// <summary>
/// Structural similarity (Wang et al. 2004): local means, variances and covariance in a Gaussian window of 11 pixels with deviation 1.5,
/// K1 = 0.01, K2 = 0.03, over the windows that lie inside the picture, averaged over red, green and blue.
/// </summary>
public static class Ssim
{
    private const int Window = 11;
    private const double Sigma = 1.5;
    private const double Range = 2; // from -1 to 1
    private const double C1 = 0.01 * Range * 0.01 * Range, C2 = 0.03 * Range * 0.03 * Range;

    /// <summary>One value for each pair of pictures.</summary>
    /// <param name="images">[N, 3, H, W] in [-1, 1], at least 11 pixels a side.</param>
    /// <param name="targets">[N, 3, H, W] in [-1, 1].</param>
    /// <returns>[N] float32, at most 1 (equal pictures). Differentiable.</returns>
    /// <exception cref="ArgumentException">Other shapes.</exception>
    public static Tensor Of(Tensor images, Tensor targets)
    {
        if (images.dim() != 4 || !images.shape.SequenceEqual(targets.shape) || images.shape[2] < Window || images.shape[3] < Window)
            throw new ArgumentException($"Expected two times [N, 3, H, W] of at least {Window} pixels a side, got [{string.Join(", ", images.shape)}] and [{string.Join(", ", targets.shape)}].");
        using var scope = NewDisposeScope();
        var offsets = arange(Window, device: images.device).to(ScalarType.Float32) - Window / 2;
        var taps = (offsets.square() * (-0.5 / (Sigma * Sigma))).exp();
        taps = taps / taps.sum();

        var (x, y) = (images.to(ScalarType.Float32), targets.to(ScalarType.Float32));
        var (meanX, meanY) = (Smooth(x), Smooth(y));
        var varianceX = Smooth(x.square()) - meanX.square();
        var varianceY = Smooth(y.square()) - meanY.square();
        var covariance = Smooth(x * y) - meanX * meanY;
        var similarity = (2 * meanX * meanY + C1) * (2 * covariance + C2)
            / ((meanX.square() + meanY.square() + C1) * (varianceX + varianceY + C2));
        return similarity.mean([1, 2, 3]).MoveToOuterDisposeScope();

        Tensor Smooth(Tensor t)
        {
            var (n, c, h, w) = (t.shape[0], t.shape[1], t.shape[2], t.shape[3]);
            var rows = F.conv2d(t.reshape(n * c, 1, h, w), taps.view(1, 1, Window, 1));
            return F.conv2d(rows, taps.view(1, 1, 1, Window)).view(n, c, h - Window + 1, w - Window + 1);
        }
    }
}

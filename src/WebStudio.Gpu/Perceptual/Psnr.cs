using static TorchSharp.torch;

namespace WebStudio.Gpu.Perceptual;

/// <summary>Peak signal-to-noise ratio, 10·log10(peak² / mean squared error), in dB: higher is nearer.</summary>
public static class Psnr
{
    private const double SquaredPeak = 4; // from -1 to 1

    /// <summary>One value for each pair of pictures.</summary>
    /// <param name="images">[N, 3, H, W]; clamped to [-1, 1], as a picture on a screen is.</param>
    /// <param name="targets">[N, 3, H, W] in [-1, 1].</param>
    /// <param name="weights">[N, 1, H, W], how much each pixel counts (0 leaves it out); null: all alike.</param>
    /// <returns>[N] in dB; 100 for equal pictures.</returns>
    public static Tensor Of(Tensor images, Tensor targets, Tensor? weights = null)
    {
        using var scope = NewDisposeScope();
        var squared = (images.clamp(-1, 1) - targets).to(ScalarType.Float32).square();
        var error = weights is null
            ? squared.mean([1, 2, 3])
            : (squared * weights).sum([1, 2, 3]) / (weights.sum([1, 2, 3]) * 3).clamp_min(1e-8);
        return ((SquaredPeak / error.clamp_min(SquaredPeak * 1e-10)).log10() * 10).MoveToOuterDisposeScope();
    }
}

using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Applications;

/// <summary>
/// Known degradations Q of a picture (method section 6): what was lost is applied to a synthesised picture too, and only what remains is compared.
/// All are differentiable functions of [N, 3, H, W] in [-1, 1].
/// </summary>
public static partial class Degradations
{
    /// <summary>Inpainting: keeps the visible pixels, the rest becomes 0 (gray).</summary>
    /// <param name="images">[N, 3, H, W].</param>
    /// <param name="visible">[H, W], [N or 1, H, W] or [N or 1, 1, H, W]: 1 visible, 0 missing.</param>
    public static Tensor Mask(Tensor images, Tensor visible)
    {
        if (visible.dim() is < 2 or > 4 || !visible.shape[^2..].SequenceEqual(images.shape[^2..]))
            throw new ArgumentException($"A mask [{string.Join(", ", visible.shape)}] does not cover pictures [{string.Join(", ", images.shape)}].", nameof(visible));
        using var scope = NewDisposeScope();
        return (images * (visible.dim() == 3 ? visible.unsqueeze(1) : visible)).MoveToOuterDisposeScope();
    }

    /// <summary>Low resolution: means over areas that cover the picture; where they do not divide it, neighbouring areas overlap by a pixel.</summary>
    /// <param name="images">[N, 3, H, W].</param>
    /// <param name="factor">Size of the result relative to the picture, above 0, at most 1.</param>
    /// <returns>[N, 3, ⌊H·factor⌋, ⌊W·factor⌋].</returns>
    public static Tensor Downsample(Tensor images, double factor)
    {
        var (height, width) = ((long)Math.Floor(images.shape[2] * factor), (long)Math.Floor(images.shape[3] * factor));
        if (!(factor > 0 && factor <= 1) || height < 1 || width < 1)
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor is above 0 and at most 1 and leaves at least one pixel.");
        return F.adaptive_avg_pool2d(images, [height, width]);
    }

    /// <summary>Bicubic interpolation to a square (a = −0.75, no smoothing when shrinking), clamped to [-1, 1]: how the published code feeds its encoder.</summary>
    /// <param name="images">[N, 3, H, W].</param>
    /// <param name="size">Side of the result in pixels.</param>
    public static Tensor Bicubic(Tensor images, long size)
    {
        using var scope = NewDisposeScope();
        return F.interpolate(images, size: [size, size], mode: InterpolationMode.Bicubic, align_corners: false).clamp(-1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Black and white: the luma 0.299 R + 0.587 G + 0.114 B in all three channels.</summary>
    /// <param name="images">[N, 3, H, W].</param>
    public static Tensor Grayscale(Tensor images)
    {
        using var scope = NewDisposeScope();
        var luma = tensor((float[])[0.299f, 0.587f, 0.114f], device: images.device).view(1, 3, 1, 1);
        return (images * luma).sum(1, keepdim: true).expand(-1, 3, -1, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Gaussian blur; the picture goes on as its mirror image beyond the border.</summary>
    /// <param name="images">[N, 3, H, W].</param>
    /// <param name="sigma">Standard deviation in pixels, above 0; three of them must be smaller than the picture.</param>
    public static Tensor Blur(Tensor images, double sigma)
    {
        var radius = (long)Math.Ceiling(3 * sigma);
        if (!(sigma > 0) || radius >= Math.Min(images.shape[2], images.shape[3]))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "Sigma is above 0 and three times smaller than the picture.");
        using var scope = NewDisposeScope();
        var taps = (arange(-radius, radius + 1, device: images.device).to(ScalarType.Float32).square() * (-0.5 / (sigma * sigma))).exp();
        taps = (taps / taps.sum()).expand(3, 1, 1, -1);
        var padded = F.pad(images, [radius, radius, radius, radius], mode: PaddingModes.Reflect);
        return F.conv2d(F.conv2d(padded, taps, groups: 3), taps.transpose(2, 3), groups: 3).MoveToOuterDisposeScope();
    }
}

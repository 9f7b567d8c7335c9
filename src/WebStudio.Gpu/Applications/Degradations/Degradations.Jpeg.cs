using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Applications;

public static partial class Degradations
{
    // Annex K of the JPEG standard, for quality 50.
    private static readonly float[] LumaTable =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly float[] ChromaTable =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        .. Enumerable.Repeat(99f, 32),
    ];

    /// <summary>
    /// JPEG compression and decompression: YCbCr, 8 × 8 cosine transform, quantisation with the standard tables as libjpeg scales them. Rounding
    /// passes gradients through as if it were not there.
    /// </summary>
    /// <param name="images">[N, 3, H, W] in [-1, 1], of any size.</param>
    /// <param name="quality">1 (worst) to 100.</param>
    /// <param name="halfColour">Colour at half resolution (4:2:0), as most cameras and programs save it.</param>
    public static Tensor Jpeg(Tensor images, int quality, bool halfColour = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        using var scope = NewDisposeScope();
        var (height, width) = (images.shape[2], images.shape[3]);
        var step = halfColour ? 16 : 8;
        var levels = F.pad((images.clamp(-1, 1) + 1) * 127.5, [0, (step - width % step) % step, 0, (step - height % step) % step], mode: PaddingModes.Replicate);

        var luma = levels.select(1, 0) * 0.299 + levels.select(1, 1) * 0.587 + levels.select(1, 2) * 0.114;           // [N, H, W]
        var blue = (levels.select(1, 2) - luma) / 1.772;
        var red = (levels.select(1, 0) - luma) / 1.402;
        // A codec keeps whole levels between its steps; without that, coefficients near the middle of a step fall to the other side.
        luma = Rounded(Quantise(Rounded(luma) - 128, LumaTable, quality)) + 128;
        (blue, red) = (Colour(blue), Colour(red));
        var result = stack([luma + 1.402 * red, luma - 0.114 * 1.772 / 0.587 * blue - 0.299 * 1.402 / 0.587 * red, luma + 1.772 * blue], 1);
        return (result.clamp(0, 255) / 127.5 - 1).slice(2, 0, height, 1).slice(3, 0, width, 1).MoveToOuterDisposeScope();

        Tensor Colour(Tensor plane)
        {
            if (!halfColour)
                return Rounded(Quantise(Rounded(plane), ChromaTable, quality));
            var half = Rounded(Quantise(Rounded(F.avg_pool2d(Rounded(plane).unsqueeze(1), 2).squeeze(1)), ChromaTable, quality));
            return F.interpolate(half.unsqueeze(1), scale_factor: [2.0, 2.0], mode: InterpolationMode.Bilinear, align_corners: false).squeeze(1);
        }
    }

    /// <summary>What is left of a plane [N, H, W] after its 8 × 8 blocks' cosine coefficients were rounded to multiples of the table's steps.</summary>
    private static Tensor Quantise(Tensor plane, float[] table, int quality)
    {
        var scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        var steps = tensor(table.Select(t => (float)Math.Clamp(((int)t * scale + 50) / 100, 1, 255)).ToArray(), device: plane.device).view(8, 8);
        var frequencies = arange(8, device: plane.device).to(ScalarType.Float32).view(8, 1);
        var cosines = ((2 * frequencies.t() + 1) * frequencies * (Math.PI / 16)).cos() / 2;                           // [frequency, position]
        cosines = cat([cosines.slice(0, 0, 1, 1) / Math.Sqrt(2), cosines.slice(0, 1, 8, 1)], 0);

        var (n, h, w) = (plane.shape[0], plane.shape[1], plane.shape[2]);
        var blocks = plane.reshape(n, h / 8, 8, w / 8, 8).transpose(2, 3);                                            // [N, H/8, W/8, 8, 8]
        var coefficients = Rounded(cosines.matmul(blocks).matmul(cosines.t()) / steps) * steps;
        return cosines.t().matmul(coefficients).matmul(cosines).transpose(2, 3).reshape(n, h, w);
    }

    /// <summary>The nearest whole numbers, with the gradient of x itself.</summary>
    private static Tensor Rounded(Tensor x) => x + (x.round() - x).detach();
}

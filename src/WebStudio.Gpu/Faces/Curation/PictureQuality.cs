using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>How good a picture an aligned face is; measured at 128 px, so that photos of all sizes compare.</summary>
/// <param name="Sharpness">Strength of the finest detail relative to the contrast of the face: 0 for a smear; out-of-focus faces lie below 0.02, clear ones above 0.04.</param>
/// <param name="Colorfulness">Mean difference of a pixel's strongest and weakest channel, in levels of 255; 0 for grayscale.</param>
public readonly record struct PictureQuality(double Sharpness, double Colorfulness)
{
    private const int Side = 128;

    // The face in FFHQ's frame: brows to chin, cheek to cheek.
    private const int Left = 36, Right = 92, Top = 48, Bottom = 108;

    /// <summary>Measures an aligned face.</summary>
    /// <param name="aligned">Square, aligned the FFHQ way.</param>
    public static PictureQuality Of(RgbImage aligned)
    {
        var luma = PerceptualHash.Luma(aligned, Side);
        var (detail, mean, square, count) = (0.0, 0.0, 0.0, 0);
        for (var y = Top; y < Bottom; y++)
            for (var x = Left; x < Right; x++)
            {
                var centre = luma[y * Side + x];
                var laplacian = 4 * centre - luma[y * Side + x - 1] - luma[y * Side + x + 1] - luma[(y - 1) * Side + x] - luma[(y + 1) * Side + x];
                detail += Math.Abs(laplacian);
                mean += centre;
                square += centre * centre;
                count++;
            }
        mean /= count;
        var contrast = Math.Sqrt(Math.Max(square / count - mean * mean, 1));
        return new(detail / count / 4 / contrast, MeanChroma(aligned));
    }

    private static double MeanChroma(RgbImage image)
    {
        long sum = 0;
        for (var i = 0; i < image.Pixels.Length; i += 3)
        {
            var (r, g, b) = (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
            sum += Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b));
        }
        return sum / (image.Pixels.Length / 3.0);
    }
}

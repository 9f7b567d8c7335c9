using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>How good a picture an aligned face is; measured at 128 px, so that photos of all sizes compare.</summary>
/// <param name="Sharpness">Strength of the finest detail relative to the contrast of the face: 0 for a smear; out-of-focus faces lie below 0.02, clear ones above 0.04.</param>
/// <param name="Colorfulness">Mean difference of a pixel's strongest and weakest channel on the face, in levels of 255; 0 for grayscale, 20 and more for skin.</param>
public readonly record struct PictureQuality(double Sharpness, double Colorfulness)
{
    private const int Side = 128;

    // The face in FFHQ's frame: brows to chin, cheek to cheek.
    private const int Left = 36, Right = 92, Top = 48, Bottom = 108;

    /// <summary>Measures an aligned face.</summary>
    /// <param name="aligned">Square, aligned the FFHQ way.</param>
    public static PictureQuality Of(RgbImage aligned)
    {
        var small = aligned.Resize(Side, Side);
        var luma = PerceptualHash.Luma(small);
        var (detail, mean, square, chroma, count) = (0.0, 0.0, 0.0, 0.0, 0);
        for (var y = Top; y < Bottom; y++)
            for (var x = Left; x < Right; x++)
            {
                var i = y * Side + x;
                detail += Math.Abs(4 * luma[i] - luma[i - 1] - luma[i + 1] - luma[i - Side] - luma[i + Side]);
                mean += luma[i];
                square += luma[i] * luma[i];
                var (r, g, b) = (small.Pixels[3 * i], small.Pixels[3 * i + 1], small.Pixels[3 * i + 2]);
                chroma += Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b));
                count++;
            }
        mean /= count;
        var contrast = Math.Sqrt(Math.Max(square / count - mean * mean, 1));
        return new(detail / count / 4 / contrast, chroma / count);
    }
}

using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces;

/// <summary>What FFHQ alignment invents beyond a photo's border: the mirrored picture, blurred and faded towards its median colour.</summary>
internal static class FfhqAlignmentPadding
{
    /// <summary>Pads by whole pixels on each side. <paramref name="blur"/> is the blur's standard deviation in pixels.</summary>
    public static RgbImage Apply(RgbImage image, int left, int top, int right, int bottom, double blur)
    {
        var padded = Mirror(image, left, top, image.Width + left + right, image.Height + top + bottom);
        var (width, height, pixels) = (padded.Width, padded.Height, padded.Pixels);
        var levels = GaussianBlur.Apply(padded, blur);

        // 1 at the padded picture's edge, 0 at the photo's border, negative inside the photo.
        var (maskX, maskY) = (Feather(width, left, right), Feather(height, top, bottom));
        LevelMedian[] medians = [new(), new(), new()];
        for (int y = 0, at = 0; y < height; y++)
            for (var x = 0; x < width; x++, at += 3)
            {
                var amount = Math.Clamp(Math.Max(maskX[x], maskY[y]) * 3 + 1, 0, 1);
                for (var c = 0; c < 3; c++)
                {
                    levels[at + c] = pixels[at + c] + (levels[at + c] - pixels[at + c]) * amount;
                    medians[c].Add(levels[at + c]);
                }
            }

        float[] median = [.. medians.Select(m => m.Value)];
        for (int y = 0, at = 0; y < height; y++)
            for (var x = 0; x < width; x++, at += 3)
            {
                var amount = Math.Clamp(Math.Max(maskX[x], maskY[y]), 0, 1);
                for (var c = 0; c < 3; c++)
                    pixels[at + c] = (byte)Math.Clamp(MathF.Round(levels[at + c] + (median[c] - levels[at + c]) * amount), 0, 255);
            }
        return padded;
    }

    private static float[] Feather(int size, int before, int after)
    {
        var mask = new float[size];
        for (var i = 0; i < size; i++)
            mask[i] = 1 - Math.Min((float)i / before, (float)(size - 1 - i) / after);
        return mask;
    }

    private static RgbImage Mirror(RgbImage image, int left, int top, int width, int height)
    {
        var padded = new byte[width * height * 3];
        var columns = Enumerable.Range(0, width).Select(x => 3 * Reflect(x - left, image.Width)).ToArray();
        for (int y = 0, at = 0; y < height; y++)
        {
            var row = image.Pixels.AsSpan(Reflect(y - top, image.Height) * image.Width * 3, image.Width * 3);
            foreach (var x in columns)
            {
                (padded[at], padded[at + 1], padded[at + 2]) = (row[x], row[x + 1], row[x + 2]);
                at += 3;
            }
        }
        return new RgbImage(width, height, padded);
    }

    /// <summary>NumPy's `reflect`: … 2 1 | 0 1 2 … n−1 | n−2 …, the border pixel not repeated, as often as needed.</summary>
    private static int Reflect(int i, int n)
    {
        if (n == 1)
            return 0;
        var period = 2 * (n - 1);
        i = ((i % period) + period) % period;
        return i < n ? i : period - i;
    }
}

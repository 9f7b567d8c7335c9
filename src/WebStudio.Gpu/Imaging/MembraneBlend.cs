namespace WebStudio.Gpu.Imaging;

/// <summary>
/// Gradient-domain blending (Pérez, Gangnet and Blake, "Poisson image editing", 2003): inside a region the source's gradients, at its border the target's values. Solved as a membrane: what the source lacks at
/// the border is spread harmonically over the region, from coarse to fine. Pixels outside the region are the target's, byte for byte.
/// </summary>
public static class MembraneBlend
{
    private const int SweepsPerLevel = 60, Smallest = 8;
    private const float Relaxation = 1.8f, Settled = 0.02f; // in levels of 255

    /// <summary>The target with the region filled from the source.</summary>
    /// <param name="target">The picture that stays.</param>
    /// <param name="source">What comes into the region; of the target's size.</param>
    /// <param name="region">[H · W] in rows: true where the source comes in.</param>
    /// <exception cref="ArgumentException">Sizes differ, or nothing of the target would stay.</exception>
    public static RgbImage Blend(RgbImage target, RgbImage source, bool[] region)
    {
        var (width, height) = (target.Width, target.Height);
        if (source.Width != width || source.Height != height || region.Length != width * height)
            throw new ArgumentException($"A {width} × {height} picture, a source of {source.Width} × {source.Height} and a region of {region.Length} pixels do not fit together.");
        if (Array.TrueForAll(region, inside => inside))
            throw new ArgumentException("The region covers the whole picture: nothing is left to blend with.", nameof(region));
        var pixels = (byte[])target.Pixels.Clone();
        var known = new bool[region.Length];
        for (var i = 0; i < region.Length; i++)
            known[i] = !region[i];
        var lacking = new float[region.Length];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var i = 0; i < region.Length; i++)
                lacking[i] = known[i] ? target.Pixels[3 * i + channel] - source.Pixels[3 * i + channel] : 0;
            Fill(lacking, known, width, height);
            for (var i = 0; i < region.Length; i++)
                if (region[i])
                    pixels[3 * i + channel] = (byte)Math.Clamp(MathF.Round(source.Pixels[3 * i + channel] + lacking[i]), 0, 255);
        }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>Harmonic values where none are known: ∇² = 0 with the known ones at the border, no flow over the edge of the picture.</summary>
    private static void Fill(float[] values, bool[] known, int width, int height)
    {
        if (Math.Min(width, height) > Smallest)
        {
            var (coarse, coarseKnown, w, h) = Halve(values, known, width, height);
            if (Array.Exists(coarseKnown, k => !k))
                Fill(coarse, coarseKnown, w, h);
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    if (!known[y * width + x])
                        values[y * width + x] = Between(coarse, w, h, (x - 0.5f) / 2, (y - 0.5f) / 2);
        }
        for (var sweep = 0; sweep < SweepsPerLevel; sweep++)
            if (Sweep(values, known, width, height) < Settled)
                return;
    }

    private static float Sweep(float[] values, bool[] known, int width, int height)
    {
        var largest = 0f;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var i = y * width + x;
                if (known[i])
                    continue;
                var (sum, count) = (0f, 0);
                if (x > 0) (sum, count) = (sum + values[i - 1], count + 1);
                if (x + 1 < width) (sum, count) = (sum + values[i + 1], count + 1);
                if (y > 0) (sum, count) = (sum + values[i - width], count + 1);
                if (y + 1 < height) (sum, count) = (sum + values[i + width], count + 1);
                var change = Relaxation * (sum / count - values[i]);
                values[i] += change;
                largest = Math.Max(largest, Math.Abs(change));
            }
        return largest;
    }

    private static (float[] Values, bool[] Known, int Width, int Height) Halve(float[] values, bool[] known, int width, int height)
    {
        var (w, h) = ((width + 1) / 2, (height + 1) / 2);
        var (coarse, coarseKnown) = (new float[w * h], new bool[w * h]);
        for (var y = 0; y < h; y++)
            for (var x = 0; x < w; x++)
            {
                var (sum, count) = (0f, 0);
                for (var v = 2 * y; v < Math.Min(2 * y + 2, height); v++)
                    for (var u = 2 * x; u < Math.Min(2 * x + 2, width); u++)
                        if (known[v * width + u])
                            (sum, count) = (sum + values[v * width + u], count + 1);
                coarseKnown[y * w + x] = count > 0;
                coarse[y * w + x] = count > 0 ? sum / count : 0;
            }
        return (coarse, coarseKnown, w, h);
    }

    private static float Between(float[] values, int width, int height, float x, float y)
    {
        var (left, top) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var (dx, dy) = (x - left, y - top);
        float At(int u, int v) => values[Math.Clamp(v, 0, height - 1) * width + Math.Clamp(u, 0, width - 1)];
        return (At(left, top) * (1 - dx) + At(left + 1, top) * dx) * (1 - dy) + (At(left, top + 1) * (1 - dx) + At(left + 1, top + 1) * dx) * dy;
    }
}

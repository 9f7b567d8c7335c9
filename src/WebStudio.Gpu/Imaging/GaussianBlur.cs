using System.Numerics;

namespace WebStudio.Gpu.Imaging;

/// <summary>
/// Gaussian blur of a picture: cut off at four standard deviations, borders mirrored with the border pixel repeated (SciPy's defaults). Wide blurs
/// are computed on a reduced picture: what the reduction and the enlargement blur by themselves is taken off sigma, and the result stays within
/// a level of 255.
/// </summary>
internal static class GaussianBlur
{
    private const int Channels = 3;

    /// <summary>The blurred levels [Height, Width, 3], not rounded.</summary>
    public static float[] Apply(RgbImage image, double sigma)
    {
        var factor = (int)(sigma / 2.5);
        if (factor <= 1)
            return Direct(Reduce(image, 1, image.Width, image.Height), image.Width, image.Height, sigma);
        // Blocks do not end where the picture does: they go on over its mirror image, further than the blur reaches.
        var reach = (int)(4 * sigma) + factor;
        var (width, height) = ((image.Width + reach) / factor, (image.Height + reach) / factor);
        // Variances add: a box of f pixels has (f² − 1) / 12, the triangle of linear interpolation between points f apart f² / 6.
        var rest = Math.Sqrt(sigma * sigma - (factor * factor - 1) / 12.0 - factor * factor / 6.0) / factor;
        return Enlarge(Direct(Reduce(image, factor, width, height), width, height, rest), width, height, factor, image.Width, image.Height);
    }

    /// <summary>By definition; the cost grows with sigma.</summary>
    internal static float[] Direct(float[] pixels, int width, int height, double sigma)
    {
        var weights = Weights(sigma);
        var radius = weights.Length / 2;
        var stride = width * Channels;
        var offsets = new int[weights.Length];

        var columns = new float[pixels.Length];
        for (var y = 0; y < height; y++)
        {
            for (var t = 0; t < offsets.Length; t++)
                offsets[t] = Mirrored(y + t - radius, height) * stride;
            WeightedSum(pixels, offsets, weights, columns.AsSpan(y * stride, stride));
        }

        var result = new float[pixels.Length];
        var row = new float[(width + 2 * radius) * Channels];
        for (var t = 0; t < offsets.Length; t++)
            offsets[t] = t * Channels;
        for (var y = 0; y < height; y++)
        {
            columns.AsSpan(y * stride, stride).CopyTo(row.AsSpan(radius * Channels));
            for (var x = -radius; x < width + radius; x = x == -1 ? width : x + 1)
                columns.AsSpan(y * stride + Mirrored(x, width) * Channels, Channels).CopyTo(row.AsSpan((x + radius) * Channels));
            WeightedSum(row, offsets, weights, result.AsSpan(y * stride, stride));
        }
        return result;
    }

    private static float[] Weights(double sigma)
    {
        var radius = (int)(4 * sigma + 0.5);
        var weights = Enumerable.Range(-radius, 2 * radius + 1).Select(t => Math.Exp(-0.5 * t * t / (sigma * sigma))).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(w => (float)(w / sum))];
    }

    private static int Mirrored(int i, int n)
    {
        if ((uint)i < (uint)n)
            return i;
        i = ((i % (2 * n)) + 2 * n) % (2 * n);
        return i < n ? i : 2 * n - 1 - i;
    }

    /// <summary>to[i] = Σ_t weights[t] · from[offsets[t] + i], four vectors of sums at a time kept in registers.</summary>
    private static void WeightedSum(ReadOnlySpan<float> from, int[] offsets, float[] weights, Span<float> to)
    {
        var lanes = Vector<float>.Count;
        var i = 0;
        for (; i + 4 * lanes <= to.Length; i += 4 * lanes)
        {
            var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            for (var t = 0; t < weights.Length; t++)
            {
                var taps = from.Slice(offsets[t] + i, 4 * lanes);
                var weight = new Vector<float>(weights[t]);
                a = Vector.FusedMultiplyAdd(new Vector<float>(taps), weight, a);
                b = Vector.FusedMultiplyAdd(new Vector<float>(taps[lanes..]), weight, b);
                c = Vector.FusedMultiplyAdd(new Vector<float>(taps[(2 * lanes)..]), weight, c);
                d = Vector.FusedMultiplyAdd(new Vector<float>(taps[(3 * lanes)..]), weight, d);
            }
            a.CopyTo(to[i..]);
            b.CopyTo(to[(i + lanes)..]);
            c.CopyTo(to[(i + 2 * lanes)..]);
            d.CopyTo(to[(i + 3 * lanes)..]);
        }
        for (; i < to.Length; i++)
        {
            var sum = 0f;
            for (var t = 0; t < weights.Length; t++)
                sum += weights[t] * from[offsets[t] + i];
            to[i] = sum;
        }
    }

    /// <summary>Means over width × height blocks of factor × factor pixels, beyond the picture's border of mirrored ones.</summary>
    private static float[] Reduce(RgbImage image, int factor, int width, int height)
    {
        var small = new float[width * height * Channels];
        var sums = new int[image.Width * Channels];
        var scale = 1f / (factor * factor);
        for (var y = 0; y < height; y++)
        {
            Array.Clear(sums);
            for (var k = 0; k < factor; k++)
            {
                var row = image.Pixels.AsSpan(Mirrored(y * factor + k, image.Height) * sums.Length, sums.Length);
                for (var i = 0; i < row.Length; i++)
                    sums[i] += row[i];
            }
            for (int x = 0, at = y * width * Channels; x < width; x++, at += Channels)
            {
                var (red, green, blue) = (0, 0, 0);
                for (var k = 0; k < factor; k++)
                {
                    var from = Mirrored(x * factor + k, image.Width) * Channels;
                    (red, green, blue) = (red + sums[from], green + sums[from + 1], blue + sums[from + 2]);
                }
                (small[at], small[at + 1], small[at + 2]) = (red * scale, green * scale, blue * scale);
            }
        }
        return small;
    }

    /// <summary>Linear interpolation between the blocks' centres.</summary>
    private static float[] Enlarge(float[] small, int smallWidth, int smallHeight, int factor, int width, int height)
    {
        var result = new float[width * height * Channels];
        var row = new float[smallWidth * Channels];
        var columns = Enumerable.Range(0, width).Select(x => Between(x, smallWidth)).ToArray();
        var at = 0;
        for (var y = 0; y < height; y++)
        {
            var (above, below, down) = Between(y, smallHeight);
            for (var i = 0; i < row.Length; i++)
                row[i] = small[above * row.Length + i] * (1 - down) + small[below * row.Length + i] * down;
            foreach (var (left, right, across) in columns)
                for (var c = 0; c < Channels; c++)
                    result[at++] = row[left * Channels + c] * (1 - across) + row[right * Channels + c] * across;
        }
        return result;

        (int Before, int After, float Amount) Between(int i, int blocks)
        {
            var position = (i + 0.5f) / factor - 0.5f;
            var before = (int)MathF.Floor(position);
            return (Math.Max(before, 0), Math.Min(before + 1, blocks - 1), position - before);
        }
    }
}

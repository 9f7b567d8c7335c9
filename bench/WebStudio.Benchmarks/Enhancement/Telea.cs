using WebStudio.Gpu.Imaging;

namespace WebStudio.Benchmarks.Enhancement;

/// <summary>Inpainting by the fast marching method (Telea, Journal of Graphics Tools 9, 2004): what enhancement is measured against.</summary>
internal static class Telea
{
    private const int Radius = 5;

    /// <summary>The picture with the hidden pixels filled from the border inwards.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="hidden">[H · W] in rows.</param>
    public static RgbImage Fill(RgbImage image, bool[] hidden)
    {
        var (w, h) = (image.Width, image.Height);
        var pixels = image.Pixels.Select(p => (float)p).ToArray();
        var known = hidden.Select(x => !x).ToArray();
        var distance = hidden.Select(x => x ? float.PositiveInfinity : 0f).ToArray();
        var queue = new PriorityQueue<int, float>();
        foreach (var i in Enumerable.Range(0, w * h).Where(i => hidden[i] && Neighbours(i, w, h).Any(n => !hidden[n])))
            queue.Enqueue(i, distance[i] = 1);
        while (queue.TryDequeue(out var i, out _))
        {
            if (known[i])
                continue;
            Paint(pixels, known, distance, i, w, h);
            known[i] = true;
            foreach (var n in Neighbours(i, w, h).Where(n => !known[n]))
                if (Eikonal(distance, known, n, w, h) is var d && d < distance[n])
                    queue.Enqueue(n, distance[n] = d);
        }
        return new RgbImage(w, h, [.. pixels.Select(p => (byte)Math.Clamp(MathF.Round(p), 0, 255))]);
    }

    private static void Paint(float[] pixels, bool[] known, float[] distance, int at, int w, int h)
    {
        var (x, y) = (at % w, at / w);
        var (gx, gy) = (Slope(distance, at, x > 0 ? at - 1 : at, x + 1 < w ? at + 1 : at), Slope(distance, at, y > 0 ? at - w : at, y + 1 < h ? at + w : at));
        Span<float> sum = stackalloc float[3], across = stackalloc float[3], down = stackalloc float[3];
        var weights = 0f;
        for (var v = Math.Max(0, y - Radius); v <= Math.Min(h - 1, y + Radius); v++)
            for (var u = Math.Max(0, x - Radius); u <= Math.Min(w - 1, x + Radius); u++)
            {
                var n = v * w + u;
                var (rx, ry) = ((float)(x - u), (float)(y - v));
                var squared = rx * rx + ry * ry;
                if (!known[n] || squared == 0 || squared > Radius * Radius)
                    continue;
                var direction = Math.Max(1e-6f, Math.Abs((rx * gx + ry * gy) / MathF.Sqrt(squared)));
                var weight = direction / squared / (1 + Math.Abs(distance[n] - distance[at]));
                for (var c = 0; c < 3; c++)
                {
                    sum[c] += weight * pixels[3 * n + c];
                    across[c] += weight * Gradient(pixels, known, n, c, u, w, 1) * rx;
                    down[c] += weight * Gradient(pixels, known, n, c, v, h, w) * ry;
                }
                weights += weight;
            }
        for (var c = 0; c < 3; c++)
            // The gradient's sign alone, as OpenCV takes it: the whole of it, extrapolated pixel upon pixel, runs away.
            pixels[3 * at + c] = weights > 0 ? Math.Clamp(sum[c] / weights + (across[c] + down[c]) / (MathF.Sqrt(across[c] * across[c] + down[c] * down[c]) + 1e-20f), 0, 255) : pixels[3 * at + c];
    }

    private static float Gradient(float[] pixels, bool[] known, int at, int c, int place, int length, int step)
    {
        var (before, after) = (place > 0 && known[at - step], place + 1 < length && known[at + step]);
        return before && after ? (pixels[3 * (at + step) + c] - pixels[3 * (at - step) + c]) / 2
            : after ? pixels[3 * (at + step) + c] - pixels[3 * at + c]
            : before ? pixels[3 * at + c] - pixels[3 * (at - step) + c] : 0;
    }

    private static float Slope(float[] distance, int at, int before, int after)
    {
        var (a, b) = (float.IsFinite(distance[before]) ? distance[before] : distance[at], float.IsFinite(distance[after]) ? distance[after] : distance[at]);
        return (b - a) / 2;
    }

    private static float Eikonal(float[] distance, bool[] known, int at, int w, int h)
    {
        var (x, y) = (at % w, at / w);
        float Least(int a, bool aThere, int b, bool bThere) => Math.Min(aThere && known[a] ? distance[a] : float.PositiveInfinity, bThere && known[b] ? distance[b] : float.PositiveInfinity);
        var (across, down) = (Least(at - 1, x > 0, at + 1, x + 1 < w), Least(at - w, y > 0, at + w, y + 1 < h));
        if (float.IsFinite(across) && float.IsFinite(down) && Math.Abs(across - down) < 1)
            return (across + down + MathF.Sqrt(2 - (across - down) * (across - down))) / 2;
        return Math.Min(across, down) + 1;
    }

    private static IEnumerable<int> Neighbours(int i, int w, int h)
    {
        var (x, y) = (i % w, i / w);
        if (x > 0) yield return i - 1;
        if (x + 1 < w) yield return i + 1;
        if (y > 0) yield return i - w;
        if (y + 1 < h) yield return i + w;
    }
}

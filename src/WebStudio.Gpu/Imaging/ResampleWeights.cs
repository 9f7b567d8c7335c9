namespace WebStudio.Gpu.Imaging;

/// <summary>
/// Which input pixels make each output pixel of one axis, and by how much: weights in fixed point with <see cref="Precision"/> fractional bits,
/// as Pillow computes them for 8-bit pictures, so that results agree to the last bit.
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>8 bits of pixel, 2 bits of overshoot, the rest of an int for the fraction.</summary>
    public const int Precision = 32 - 8 - 2;

    private readonly int[] _first;
    private readonly int[][] _weights;

    private ResampleWeights(int size)
    {
        _first = new int[size];
        _weights = new int[size][];
    }

    /// <summary>First input pixel and weights of the output pixel.</summary>
    public (int First, int[] Weights) this[int output] => (_first[output], _weights[output]);

    public static ResampleWeights For(int from, int to, ResizeFilter filter)
    {
        var result = new ResampleWeights(to);
        var scale = (double)from / to;
        var widen = Math.Max(1, scale);
        var support = widen * (filter == ResizeFilter.Lanczos ? 3 : 1);
        for (var i = 0; i < to; i++)
        {
            var center = (i + 0.5) * scale;
            var (low, high) = filter == ResizeFilter.Area
                ? ((int)Math.Floor(i * scale), Math.Min(from, (int)Math.Ceiling((i + 1) * scale)))
                : (Math.Max(0, (int)(center - support + 0.5)), Math.Min(from, (int)(center + support + 0.5)));
            var weights = new double[high - low];
            for (var k = 0; k < weights.Length; k++)
                weights[k] = filter switch
                {
                    ResizeFilter.Area => Math.Max(0, Math.Min(low + k + 1, (i + 1) * scale) - Math.Max(low + k, i * scale)),
                    ResizeFilter.Bilinear => Math.Max(0, 1 - Math.Abs((low + k - center + 0.5) / widen)),
                    _ => Lanczos3((low + k - center + 0.5) / widen),
                };
            var sum = weights.Sum();
            result._first[i] = low;
            result._weights[i] = [.. weights.Select(w => (int)Math.Round(w / sum * (1 << Precision), MidpointRounding.AwayFromZero))];
        }
        return result;
    }

    private static double Lanczos3(double x) => Math.Abs(x) < 3 ? Sinc(x) * Sinc(x / 3) : 0;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}

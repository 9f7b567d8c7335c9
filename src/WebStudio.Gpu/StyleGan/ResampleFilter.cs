using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>
/// The separable low-pass filter of StyleGAN2's ×2 up-sampling, in polyphase form: nothing is ever multiplied by an inserted zero.
/// Output sample m of the filter placed after "insert zeros" is Σ_i x[i]·f[m + o − 2i]; even and odd m use every other tap.
/// Positions follow upfirdn2d (convolution, gain 2 per axis).
/// </summary>
internal sealed class ResampleFilter
{
    private readonly double[] _taps;

    /// <param name="taps">Tap weights, normalised here to sum 1.</param>
    public ResampleFilter(IReadOnlyList<double> taps)
    {
        var sum = taps.Sum();
        if (taps.Count == 0 || !double.IsFinite(sum) || sum == 0)
            throw new InvalidInputException($"The resampling filter [{string.Join(", ", taps)}] has no finite, non-zero sum.");
        _taps = [.. taps.Select(t => t / sum)];
    }

    /// <summary>[2n, n]: zero insertion, padding and filtering along one axis (upsample2d of the RGB image).</summary>
    public Tensor UpsampleMatrix(long n)
    {
        var offset = _taps.Length - 1 - (_taps.Length + 1) / 2;
        var matrix = new float[2 * n * n];
        for (var m = 0; m < 2 * n; m++)
            for (var i = 0; i < n; i++)
                if (m + offset - 2 * i is >= 0 and var tap && tap < _taps.Length)
                    matrix[m * n + i] = (float)(2 * _taps[tap]);
        return tensor(matrix).reshape(2 * n, n);
    }

    /// <summary>Side of the folded kernel: taps on the low-resolution grid, odd, so that the padding is symmetric.</summary>
    public int FoldedSize
    {
        get
        {
            var (first, last) = FoldedReach();
            return 2 * Math.Max(-first, last) + 1;
        }
    }

    /// <summary>
    /// [9, 4·T·T], T = <see cref="FoldedSize"/>: maps a 3×3 kernel to the four T×T kernels that compute the four output pixels of each input
    /// pixel, i.e. a transposed convolution of stride 2 followed by this filter as one convolution on the low-resolution grid.
    /// Column (2·phaseY + phaseX)·T² + row·T + column.
    /// </summary>
    public Tensor FoldMatrix()
    {
        var size = FoldedSize;
        var reach = size / 2;
        var axis = new double[2, size, 3];
        for (var phase = 0; phase < 2; phase++)
            for (var d = -reach; d <= reach; d++)
                for (var k = 0; k < 3; k++)
                    // Composite of filter and kernel: h[q] = Σ_a f[a]·kernel[q − a]; this output takes h[phase + offset − 2d].
                    if (phase + CompositeOffset - 2 * d - k is >= 0 and var tap && tap < _taps.Length)
                        axis[phase, d + reach, k] = 2 * _taps[tap];
        var matrix = new float[9, 4 * size * size];
        for (var ky = 0; ky < 3; ky++)
            for (var kx = 0; kx < 3; kx++)
                for (var phase = 0; phase < 4; phase++)
                    for (var y = 0; y < size; y++)
                        for (var x = 0; x < size; x++)
                            matrix[ky * 3 + kx, (phase * size + y) * size + x] = (float)(axis[phase / 2, y, ky] * axis[phase % 2, x, kx]);
        return tensor(matrix);
    }

    /// <summary>(taps − 1) − padding before, as conv2d_resample pads a 3×3 up-convolution with padding 1.</summary>
    private int CompositeOffset => _taps.Length - 1 - ((_taps.Length + 1) / 2 - 1);

    private (int First, int Last) FoldedReach()
    {
        // phase + offset − 2d must lie in [0, taps + 1], the support of filter ∗ kernel, for phase 0 and 1.
        var last = (CompositeOffset + 1) / 2;
        var first = -((_taps.Length + 1 - CompositeOffset) / 2);
        return (first, last);
    }
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>
/// The separable low-pass filter of StyleGAN2's ×2 up-sampling. Positions follow upfirdn2d (convolution with the taps, gain 2 per axis), but
/// nothing is ever multiplied by an inserted zero: feature maps are filtered after a transposed convolution, images in polyphase form.
/// </summary>
internal sealed class ResampleFilter
{
    private readonly double[] _taps;

    /// <param name="taps">Tap weights, normalised here to sum 1.</param>
    /// <exception cref="InvalidInputException">The taps do not sum to a finite number other than 0.</exception>
    public ResampleFilter(IReadOnlyList<double> taps)
    {
        var sum = taps.Sum();
        if (taps.Count == 0 || !double.IsFinite(sum) || sum == 0)
            throw new InvalidInputException($"The resampling filter [{string.Join(", ", taps)}] has no finite, non-zero sum.");
        // An even length makes every padding symmetric; upfirdn2d pads an odd filter exactly as if it had one more leading zero.
        var even = taps.Count % 2 == 0 ? taps : [0, .. taps];
        _taps = [.. even.Select(t => 2 * t / sum)];
    }

    /// <summary>Zero padding on each side when the filter runs over a transposed 3×3 convolution's output, [2n + 1] → [2n].</summary>
    public int Padding => _taps.Length / 2 - 1;

    /// <summary>Zero padding on each side of <see cref="PhaseKernels"/>.</summary>
    public int PhasePadding => (_taps.Length / 2 + 1) / 2;

    /// <summary>Depthwise kernel [channels, 1, L, L] for correlation (conv2d), gain 4 included.</summary>
    public Tensor DepthwiseKernel(long channels)
    {
        using var scope = NewDisposeScope();
        var flipped = tensor(_taps.Reverse().Select(t => (float)t).ToArray());
        return flipped.outer(flipped).view(1, 1, _taps.Length, _taps.Length).repeat(channels, 1, 1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>×2 up-sampling of a whole image of side n as a banded matrix [2n, n]: M·X·Mᵀ.</summary>
    public Tensor UpsampleMatrix(long n)
    {
        // Output sample m is Σ_i x[i]·tap[m + L/2 − 1 − 2i].
        var matrix = new float[2 * n, n];
        for (var m = 0; m < 2 * n; m++)
            for (var i = 0; i < n; i++)
                if (m + _taps.Length / 2 - 1 - 2 * i is >= 0 and var tap && tap < _taps.Length)
                    matrix[m, i] = (float)_taps[tap];
        return tensor(matrix);
    }

    /// <summary>
    /// [4·channels, channels, K, K]: the four phases of "insert zeros, filter" as one ordinary convolution on the small image, to be followed by a
    /// pixel shuffle. Each channel meets only its own.
    /// </summary>
    public Tensor PhaseKernels(int channels)
    {
        // With m = 2a + phase and i = a + d in the sum above, each phase takes every other tap.
        var reach = PhasePadding;
        var size = 2 * reach + 1;
        var axis = new double[2, size];
        for (var phase = 0; phase < 2; phase++)
            for (var d = -reach; d <= reach; d++)
                if (phase + _taps.Length / 2 - 1 - 2 * d is >= 0 and var tap && tap < _taps.Length)
                    axis[phase, d + reach] = _taps[tap];
        var kernels = new float[4 * channels, channels, size, size];
        for (var c = 0; c < channels; c++)
            for (var phase = 0; phase < 4; phase++)
                for (var y = 0; y < size; y++)
                    for (var x = 0; x < size; x++)
                        kernels[4 * c + phase, c, y, x] = (float)(axis[phase / 2, y] * axis[phase % 2, x]);
        return tensor(kernels);
    }
}

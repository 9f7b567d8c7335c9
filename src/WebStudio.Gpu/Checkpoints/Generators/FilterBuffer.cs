using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>The resampling filter in its two forms: tap weights as configured ([1, 3, 3, 1]) and the buffer in a network, which sums to 1.</summary>
internal static class FilterBuffer
{
    /// <summary>NVIDIA keeps filters of this length or longer one-dimensional.</summary>
    private const int SeparableFrom = 8;

    /// <summary>The buffer: [taps, taps], or [taps] for long filters; float32.</summary>
    public static Tensor ToKernel(IReadOnlyList<double> taps)
    {
        using var scope = NewDisposeScope();
        var line = tensor(taps.ToArray(), dtype: ScalarType.Float64);
        var kernel = taps.Count < SeparableFrom ? line.outer(line) : line;
        return (kernel / kernel.sum()).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Tap weights of a kernel, in whole numbers where they are multiples of the smallest.</summary>
    /// <param name="kernel">[taps, taps] or [taps], times any gain.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="FormatException">It is not the outer product of one line of taps.</exception>
    public static double[] ToTaps(Tensor kernel, string name)
    {
        using var scope = NewDisposeScope();
        if (kernel.dim() is not (1 or 2) || kernel.shape[0] is 0 or > 64 || kernel.shape[0] != kernel.shape[^1])
            throw new FormatException($"filter '{name}' has the shape {TensorShape.Text(kernel.shape)}");
        var square = kernel.to(ScalarType.Float64);
        var line = square.dim() == 1 ? square : square.sum(1);
        var total = line.sum().item<double>();
        if (!double.IsFinite(total) || total == 0)
            throw new FormatException($"filter '{name}' sums to {total}");
        if (square.dim() == 2 && (line.outer(line) / total - square).abs().max().item<double>() > 1e-5 * Math.Abs(total))
            throw new FormatException($"filter '{name}' is not the outer product of one line");
        var taps = line.data<double>().ToArray();
        var unit = taps.Where(tap => tap != 0).Min(Math.Abs);
        return taps.All(tap => Math.Abs(tap / unit - Math.Round(tap / unit)) < 1e-4)
            ? [.. taps.Select(tap => Math.Round(tap / unit))]
            : [.. taps.Select(tap => tap / total)];
    }
}

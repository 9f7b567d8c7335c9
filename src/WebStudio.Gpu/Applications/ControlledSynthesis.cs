using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>Where a coordinate of new portraits shall lie: at one value, or anywhere in a range.</summary>
/// <param name="Attribute">Index m of the attribute.</param>
/// <param name="Minimum">Least wanted (w − mean)·d_m.</param>
/// <param name="Maximum">Greatest; equal to the least for one value.</param>
public readonly record struct CoordinateRange(int Attribute, double Minimum, double Maximum)
{
    /// <summary>One value.</summary>
    public static implicit operator CoordinateRange(CoordinateTarget target) => new(target.Attribute, target.Coordinate, target.Coordinate);
}

/// <summary>What to synthesise.</summary>
public sealed record ControlledSynthesisOptions
{
    /// <summary>Number of codes.</summary>
    public int Count { get; init; } = 8;

    /// <summary>Coordinates wanted, an attribute at most once; attributes not named stay as sampled.</summary>
    public IReadOnlyList<CoordinateRange> Targets { get; init; } = [];

    /// <summary>Anchors mixed in each sample.</summary>
    public int AnchorsEach { get; init; } = 3;

    /// <summary>0: samples lie between the anchors; up to β: they are drawn from a hull dilated by this much, further from the gallery.</summary>
    public double Dilation { get; init; }

    /// <summary>Equal seeds give equal codes.</summary>
    public int Seed { get; init; }
}

/// <summary>Codes with chosen attributes.</summary>
/// <param name="Codes">[count, w_dim], inside the dilated hull.</param>
/// <param name="Weights">α, [count, N].</param>
/// <param name="Coordinates">(w − mean)·d_m, [count][M].</param>
/// <param name="Missed">For every target the number of codes for which the hull holds no point with the wanted coordinate: they have the nearest it allows.</param>
public sealed record ControlledCodes(Tensor Codes, Tensor Weights, IReadOnlyList<IReadOnlyList<double>> Coordinates, IReadOnlyList<int> Missed) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Codes.Dispose();
        Weights.Dispose();
    }
}

/// <summary>
/// New portraits with chosen attributes (method section 6): sample α in the hull, w = α·W*, overwrite the chosen coordinates; where that leaves the dilated hull, the nearest point of the hull with these
/// coordinates. Works on codes; rendering is the caller's.
/// </summary>
/// <param name="hull">The personalised subspace.</param>
/// <param name="directions">d_m, orthonormal, [M, w_dim].</param>
public sealed class ControlledSynthesis(DilatedHull hull, Tensor directions)
{
    // Share of what the gallery covers within which a coordinate counts as met.
    private const double Near = 0.02;

    /// <summary>Samples codes and sets their attributes.</summary>
    public ControlledCodes Sample(ControlledSynthesisOptions options)
    {
        foreach (var target in options.Targets)
            if (target.Attribute < 0 || target.Attribute >= directions.shape[0])
                throw new ArgumentException($"Attribute {target.Attribute} is set, but there are {directions.shape[0]}.");
        if (options.Targets.Select(t => t.Attribute).Distinct().Count() != options.Targets.Count)
            throw new ArgumentException("An attribute is set twice.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mean = hull.Anchors.mean([0]);
        var gallery = (hull.Anchors - mean).matmul(directions.t());
        var random = new Random(options.Seed);
        var weights = hull.Sample(options.Count, random, options.AnchorsEach, options.Dilation);
        var codes = hull.Codes(weights);
        if (options.Targets.Count == 0)
            return new(codes.MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope(), Rows((codes - mean).matmul(directions.t())), []);

        var wanted = new double[options.Count, options.Targets.Count];
        for (var i = 0; i < options.Count; i++)
            for (var t = 0; t < options.Targets.Count; t++)
                wanted[i, t] = options.Targets[t].Minimum + random.NextDouble() * (options.Targets[t].Maximum - options.Targets[t].Minimum);
        var coordinates = tensor(wanted).to(codes.dtype).to(codes.device);
        var chosen = directions.index_select(0, tensor(options.Targets.Select(t => (long)t.Attribute).ToArray(), device: directions.device)); // [T, w_dim]
        var set = codes + (coordinates - (codes - mean).matmul(chosen.t())).matmul(chosen);
        var inside = hull.ProjectHolding(set, chosen, coordinates);
        var reached = Rows((inside.Codes - mean).matmul(directions.t()));
        var box = Hypercube.Of(gallery);
        var missed = options.Targets.Select((t, k) => Enumerable.Range(0, options.Count).Count(i => Math.Abs(reached[i][t.Attribute] - wanted[i, k]) > Near * (box.Max[t.Attribute] - box.Min[t.Attribute]))).ToArray();
        return new(inside.Codes.MoveToOuterDisposeScope(), inside.Weights.MoveToOuterDisposeScope(), reached, missed);
    }

    private static IReadOnlyList<IReadOnlyList<double>> Rows(Tensor table)
    {
        var values = table.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var columns = (int)table.shape[1];
        return [.. Enumerable.Range(0, (int)table.shape[0]).Select(i => (IReadOnlyList<double>)values[(i * columns)..((i + 1) * columns)])];
    }
}

using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>What to synthesise.</summary>
public sealed record ControlledSynthesisOptions
{
    /// <summary>Number of codes.</summary>
    public int Count { get; init; } = 8;

    /// <summary>Coordinates to set; attributes not named stay as sampled.</summary>
    public IReadOnlyList<CoordinateTarget> Targets { get; init; } = [];

    /// <summary>Anchors mixed in each sample.</summary>
    public int AnchorsEach { get; init; } = 3;

    /// <summary>Equal seeds give equal codes.</summary>
    public int Seed { get; init; }
}

/// <summary>Codes with chosen attributes.</summary>
/// <param name="Codes">[count, w_dim].</param>
/// <param name="Weights">α before the attributes were set, [count, N].</param>
/// <param name="OutsideHypercube">The targets that lie beyond what the gallery covers.</param>
/// <param name="HullDistances">Distance of each code to the dilated hull, 0 (up to rounding) inside: far outside, pictures lose the person.</param>
public sealed record ControlledCodes(Tensor Codes, Tensor Weights, IReadOnlyList<CoordinateTarget> OutsideHypercube, IReadOnlyList<double> HullDistances) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Codes.Dispose();
        Weights.Dispose();
    }
}

/// <summary>New portraits with chosen attributes (method section 6): sample α in the hull, w = α·W*, overwrite the chosen coordinates. Works on codes; rendering is the caller's.</summary>
/// <param name="hull">The personalised subspace.</param>
/// <param name="directions">d_m, orthonormal, [M, w_dim].</param>
public sealed class ControlledSynthesis(DilatedHull hull, Tensor directions)
{
    /// <summary>Samples codes and sets their attributes.</summary>
    public ControlledCodes Sample(ControlledSynthesisOptions options)
    {
        foreach (var target in options.Targets)
            if (target.Attribute < 0 || target.Attribute >= directions.shape[0])
                throw new ArgumentException($"Attribute {target.Attribute} is set, but there are {directions.shape[0]}.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mean = hull.Anchors.mean([0]);
        var box = Hypercube.Of((hull.Anchors - mean).matmul(directions.t()));
        var weights = hull.Sample(options.Count, new Random(options.Seed), options.AnchorsEach);
        var codes = AttributeEdit.Set(hull.Codes(weights), mean, directions, options.Targets);
        return new ControlledCodes(
            codes.MoveToOuterDisposeScope(),
            weights.MoveToOuterDisposeScope(),
            [.. options.Targets.Where(t => !box.Contains(t.Attribute, t.Coordinate))],
            hull.Project(codes).Distances);
    }
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>One coordinate to set.</summary>
/// <param name="Attribute">Index m of the attribute.</param>
/// <param name="Coordinate">Wanted value of (w − mean)·d_m.</param>
public readonly record struct CoordinateTarget(int Attribute, double Coordinate);

/// <summary>
/// Setting attributes of a code: w' = w + Σ_m (t_m − (w − mean)·d_m) d_m. All other coordinates stay, and so does what lies outside the
/// components' span (method section 6).
/// </summary>
public static class AttributeEdit
{
    /// <summary>Sets coordinates of W codes.</summary>
    /// <param name="codes">[..., w_dim]; every row is set.</param>
    /// <param name="mean">Mean anchor, [w_dim].</param>
    /// <param name="directions">d_m, orthonormal, [M, w_dim].</param>
    /// <param name="targets">What to set, an attribute at most once.</param>
    /// <returns>Codes of the same shape.</returns>
    public static Tensor Set(Tensor codes, Tensor mean, Tensor directions, params IReadOnlyList<CoordinateTarget> targets)
    {
        using var scope = NewDisposeScope();
        return (codes + Shift(codes, mean, directions, targets)).MoveToOuterDisposeScope();
    }

    /// <summary>Sets coordinates of W+ codes: all layers move alike, until the layers' mean has the coordinate. What the layers differ by stays.</summary>
    /// <param name="codes">[..., num_ws, w_dim].</param>
    /// <param name="mean">Mean anchor, [w_dim].</param>
    /// <param name="directions">d_m, orthonormal, [M, w_dim].</param>
    /// <param name="targets">What to set, an attribute at most once.</param>
    /// <returns>Codes of the same shape.</returns>
    public static Tensor SetAllLayers(Tensor codes, Tensor mean, Tensor directions, params IReadOnlyList<CoordinateTarget> targets)
    {
        using var scope = NewDisposeScope();
        return (codes + Shift(codes.mean([-2]), mean, directions, targets).unsqueeze(-2)).MoveToOuterDisposeScope();
    }

    private static Tensor Shift(Tensor codes, Tensor mean, Tensor directions, IReadOnlyList<CoordinateTarget> targets)
    {
        if (targets.Select(t => t.Attribute).Distinct().Count() != targets.Count)
            throw new ArgumentException("An attribute is set twice.");
        if (targets.Count == 0)
            return zeros_like(codes);
        var chosen = directions.index_select(0, tensor(targets.Select(t => (long)t.Attribute).ToArray(), device: directions.device)); // [T, w_dim]
        var wanted = tensor(targets.Select(t => t.Coordinate).ToArray()).to(codes.dtype).to(codes.device);
        return (wanted - (codes - mean).matmul(chosen.t())).matmul(chosen);
    }
}

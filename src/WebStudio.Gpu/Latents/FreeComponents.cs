using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>What the gallery varies in beside the attributes: principal components of the anchors after their attribute coordinates were taken out. Sliders without a name.</summary>
/// <param name="Directions">[K, w_dim], orthonormal and orthogonal to every d_m.</param>
/// <param name="Minimum">Least coordinate of the gallery, K numbers.</param>
/// <param name="Maximum">Greatest coordinate of the gallery, K numbers.</param>
public sealed record FreeComponents(Tensor Directions, IReadOnlyList<double> Minimum, IReadOnlyList<double> Maximum) : IDisposable
{
    /// <summary>The leading components of a gallery.</summary>
    /// <param name="anchors">[N, w_dim].</param>
    /// <param name="directions">d_m, orthonormal, [M, w_dim].</param>
    /// <param name="count">At most so many; fewer where the gallery spans fewer.</param>
    public static FreeComponents Of(Tensor anchors, Tensor directions, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var centred = anchors - anchors.mean([0]);
        var rest = centred - centred.matmul(directions.t()).matmul(directions);
        // Centred anchors span N − 1 dimensions at most, M of which the attributes took; what is found beyond that is rounding.
        var left = Math.Min(count, Math.Min(anchors.shape[0] - 1, anchors.shape[1]) - directions.shape[0]);
        if (left < 1)
            return new(zeros_like(directions.narrow(0, 0, 0)).DetachFromDisposeScope(), [], []);
        using var components = PrincipalComponents.Of(rest);
        var kept = components.Components.narrow(0, 0, Math.Min(left, components.Count)).clone();
        var box = Hypercube.Of(centred.matmul(kept.t()));
        return new(kept.DetachFromDisposeScope(), [.. box.Min], [.. box.Max]);
    }

    /// <inheritdoc/>
    public void Dispose() => Directions.Dispose();
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>The linear span of the anchors (not centred), as MyStyle uses it for editing directions from elsewhere.</summary>
public static class AnchorSpan
{
    /// <summary>γ = (W Wᵀ)⁻¹ W d: the combination of anchors nearest to a direction. Not normalised: neither to length 1 nor to a sum.</summary>
    /// <param name="anchors">[N, w_dim].</param>
    /// <param name="direction">[w_dim].</param>
    /// <returns>[N] in the direction's type; Wᵀγ is the direction's projection on the span.</returns>
    public static Tensor Coordinates(Tensor anchors, Tensor direction)
    {
        if (anchors.dim() != 2 || direction.dim() != 1 || anchors.shape[1] != direction.shape[0])
            throw new ArgumentException($"Expected anchors [N, w_dim] and a direction [w_dim], got [{string.Join(", ", anchors.shape)}] and [{string.Join(", ", direction.shape)}].");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wide = anchors.detach().to(ScalarType.Float64).cpu();
        // The pseudo-inverse equals the inverse where W Wᵀ is regular, and gives the smallest solution where anchors depend on each other.
        var gamma = linalg.pinv(wide.t(), 1e-10).matmul(direction.detach().to(ScalarType.Float64).cpu());
        return gamma.to(direction.dtype).to(direction.device).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>The anchors of a gallery: one W code a photo (method section 3), in the order of the photos.</summary>
public sealed record Anchors
{
    /// <summary>Wraps codes without copying; they stay the caller's.</summary>
    /// <param name="codes">[N, w_dim], floating point.</param>
    /// <param name="photos">N distinct file names.</param>
    /// <exception cref="ArgumentException">Shapes or counts do not agree, or a name occurs twice.</exception>
    public Anchors(Tensor codes, IReadOnlyList<string> photos)
    {
        if (codes.dim() != 2 || codes.shape[0] != photos.Count)
            throw new ArgumentException($"Expected codes [{photos.Count}, w_dim] for {photos.Count} photos, got [{string.Join(", ", codes.shape)}].");
        if (photos.Distinct().Count() != photos.Count)
            throw new ArgumentException("Two anchors carry the same photo name.");
        (Codes, Photos) = (codes, photos);
    }

    /// <summary>[N, w_dim].</summary>
    public Tensor Codes { get; }

    /// <summary>N file names.</summary>
    public IReadOnlyList<string> Photos { get; }

    /// <summary>Number of anchors N.</summary>
    public int Count => Photos.Count;

    /// <summary>W codes out of W+ codes whose rows are all equal, as MyStyle stores its anchors.</summary>
    /// <param name="codes">[N, num_ws, w_dim].</param>
    /// <param name="photos">N distinct file names.</param>
    /// <exception cref="InvalidInputException">A code differs between its layers: it lies in W+, where one direction per attribute does not exist.</exception>
    public static Anchors FromWPlus(Tensor codes, IReadOnlyList<string> photos)
    {
        if (codes.dim() != 3 || codes.shape[0] != photos.Count)
            throw new ArgumentException($"Expected [{photos.Count}, num_ws, w_dim], got [{string.Join(", ", codes.shape)}].");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var first = codes.select(1, 0);
        var spread = (codes - first.unsqueeze(1)).abs().amax([1, 2]);
        for (var n = 0; n < photos.Count; n++)
            if (spread[n].to(ScalarType.Float64).item<double>() > 0)
                throw new InvalidInputException($"The code of '{photos[n]}' differs between layers (W+); anchors are W codes, equal in all layers.");
        return new Anchors(first.detach().clone().MoveToOuterDisposeScope(), photos);
    }
}

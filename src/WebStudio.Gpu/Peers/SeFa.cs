using System.Text.RegularExpressions;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Peers;

/// <summary>
/// SeFa (Shen and Zhou, "Closed-form factorization of latent semantics in GANs", CVPR 2021): the directions of W that move the styles most, the top eigenvectors of AᵀA, A the stacked style affine weights of the
/// convolutions with rows of length 1. Nothing is trained or sampled.
/// </summary>
public static partial class SeFa
{
    /// <summary>Number of convolutions of a network: what layers are counted by; layer l takes row l of a W+ code.</summary>
    public static int Layers(SynthesisNetwork network) => AffineNames(network).Count;

    /// <summary>The leading directions.</summary>
    /// <param name="network">The network.</param>
    /// <param name="count">How many; at most w_dim.</param>
    /// <param name="layers">Convolutions to look at, from 0 (4 × 4) up; null for all.</param>
    /// <returns>Directions [count, w_dim], orthonormal, strongest first, and their eigenvalues.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer, or more directions are asked for than there are dimensions.</exception>
    public static (Tensor Directions, IReadOnlyList<double> Eigenvalues) Of(SynthesisNetwork network, int count, IReadOnlyList<int>? layers = null)
    {
        var names = AffineNames(network);
        if (layers?.FirstOrDefault(l => l < 0 || l >= names.Count, -1) is >= 0 and var wrong || layers is { Count: 0 })
            throw new ArgumentOutOfRangeException(nameof(layers), $"The network has layers 0 to {names.Count - 1}.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, network.Config.WDim);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weights = cat([.. (layers ?? [.. Enumerable.Range(0, names.Count)]).Select(l => network.Parameters[names[l]].to(ScalarType.Float64).cpu())]); // [ΣC, w_dim]
        weights = weights / weights.norm(1, keepdim: true).clamp_min(1e-12);
        var (values, vectors) = linalg.eigh(weights.t().matmul(weights)); // ascending
        var directions = vectors.t().flip(0).narrow(0, 0, count).to(ScalarType.Float32).contiguous();
        return (directions.MoveToOuterDisposeScope(), values.flip(0).narrow(0, 0, count).contiguous().data<double>().ToArray());
    }

    /// <summary>Style affine weights of the convolutions, in the order of the layers.</summary>
    private static List<string> AffineNames(SynthesisNetwork network) => [.. network.Parameters.Keys
        .Select(name => (Name: name, Match: ConvAffine().Match(name)))
        .Where(n => n.Match.Success)
        .OrderBy(n => int.Parse(n.Match.Groups[1].ValueSpan)).ThenBy(n => n.Match.Groups[2].Value, StringComparer.Ordinal)
        .Select(n => n.Name)];

    [GeneratedRegex(@"^b(\d+)\.(conv[01])\.affine\.weight$")]
    private static partial Regex ConvAffine();
}

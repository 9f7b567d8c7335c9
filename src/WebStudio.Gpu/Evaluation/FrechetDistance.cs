using static TorchSharp.torch;

namespace WebStudio.Gpu.Evaluation;

/// <summary>
/// How far two sets of feature vectors are apart as distributions (Fréchet 1957; Heusel et al., 2017): |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½). It is biased upwards for small sets: only figures of equal numbers of samples compare.
/// </summary>
public static class FrechetDistance
{
    /// <summary>The distance, in squared units of the features; 0 for equal sets.</summary>
    /// <param name="first">[N, D], N above 1.</param>
    /// <param name="second">[M, D], M above 1.</param>
    /// <param name="secondWeights">M weights of the second set's rows; null: all alike.</param>
    public static double Between(Tensor first, Tensor second, IReadOnlyList<double>? secondWeights = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (mean1, covariance1) = Moments(first, null);
        var (mean2, covariance2) = Moments(second, secondWeights);
        // tr (Σ₁ Σ₂)^½ is the sum of the roots of the eigenvalues of Σ₁^½ Σ₂ Σ₁^½, which is symmetric.
        var root = Root(covariance1);
        var shared = linalg.eigvalsh(root.matmul(covariance2).matmul(root)).clamp_min(0).sqrt().sum();
        return ((mean1 - mean2).square().sum() + covariance1.trace() + covariance2.trace() - shared * 2).item<double>();
    }

    private static (Tensor Mean, Tensor Covariance) Moments(Tensor rows, IReadOnlyList<double>? weights)
    {
        var wide = rows.to(ScalarType.Float64).cpu();
        var share = weights is null ? full(wide.shape[0], 1.0 / wide.shape[0], ScalarType.Float64) : tensor(weights.ToArray()) / weights.Sum();
        var mean = (wide * share.unsqueeze(1)).sum(0L);
        var centred = wide - mean;
        // The unbiased covariance of weighted rows; with equal weights the usual N − 1.
        return (mean, centred.t().matmul(centred * share.unsqueeze(1)) / (1 - share.square().sum()));
    }

    private static Tensor Root(Tensor covariance)
    {
        var (values, vectors) = linalg.eigh(covariance);
        return (vectors * values.clamp_min(0).sqrt()).matmul(vectors.t());
    }
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>How deviations from the peers are measured.</summary>
public enum Deviation
{
    /// <summary>Sum of absolute values: the paper's formula.</summary>
    L1,

    /// <summary>Sum of squares.</summary>
    SquaredL2,

    /// <summary>Sum over levels of the unbiased variance within the level: the published code. Peers and self play no part.</summary>
    GroupVariance,
}

/// <summary>
/// The number by which components compete for an attribute. Raw L_d favours components that vary little, whatever they show; the published
/// code divides by the singular value, and that normalised form is the default.
/// </summary>
/// <param name="Deviation">Measure of the spread within levels.</param>
/// <param name="IncludeSelf">True: c_{n,m} averages the whole level, photo n included; false (the paper): only the others.</param>
/// <param name="OverSingularValue">True: the spread is divided by the component's singular value.</param>
public sealed record ComponentCriterion(Deviation Deviation = Deviation.GroupVariance, bool IncludeSelf = false, bool OverSingularValue = true)
{
    /// <summary>The published code: within-level variance over the singular value.</summary>
    public static ComponentCriterion Published { get; } = new();

    /// <summary>The paper's formula to the letter: Σ_n |w_n·v − c_{n,m}(v)|, not normalised.</summary>
    public static ComponentCriterion Paper { get; } = new(Deviation.L1, IncludeSelf: false, OverSingularValue: false);
}

/// <summary>L_d of method section 4: how far anchors of one level lie apart along a direction.</summary>
public static class ComponentLoss
{
    /// <summary>
    /// The matrix that averages peers: row n of its product with projections [N, K] is c_{n,m} = mean of the projections of the photos that share
    /// n's level. A photo without peers, or with an unknown value, averages itself, so its residual and gradient are 0.
    /// </summary>
    /// <param name="levels">Levels of N photos.</param>
    /// <param name="includeSelf">True: n is among its own peers.</param>
    /// <param name="like">Gives type and device.</param>
    /// <returns>[N, N], rows sum to 1.</returns>
    public static Tensor PeerMeans(AttributeLevels levels, bool includeSelf, Tensor like)
    {
        var n = levels.LevelOf.Count;
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            var level = levels.LevelOf[i];
            var peers = level == AttributeLevels.Unknown ? 0 : levels.Counts[level] - (includeSelf ? 0 : 1);
            if (peers == 0)
            {
                matrix[i * n + i] = 1;
                continue;
            }
            for (var k = 0; k < n; k++)
                if (levels.LevelOf[k] == level && (includeSelf || k != i))
                    matrix[i * n + k] = 1.0 / peers;
        }
        using var scope = NewDisposeScope();
        return tensor(matrix).view(n, n).to(like.dtype).to(like.device).MoveToOuterDisposeScope();
    }

    /// <summary>L_d of every component, lower is better.</summary>
    /// <param name="projections">[N, K], centred or not.</param>
    /// <param name="singularValues">[K].</param>
    /// <param name="levels">Levels of the N photos.</param>
    /// <param name="criterion">Variant.</param>
    /// <returns>K numbers.</returns>
    public static double[] PerComponent(Tensor projections, Tensor singularValues, AttributeLevels levels, ComponentCriterion criterion)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wide = projections.detach().to(ScalarType.Float64);
        var loss = criterion.Deviation == Deviation.GroupVariance
            ? GroupVariance(wide, levels)
            : Reduce(wide - PeerMeans(levels, criterion.IncludeSelf, wide).matmul(wide), criterion.Deviation);
        if (criterion.OverSingularValue)
            loss /= singularValues.to(ScalarType.Float64);
        return loss.cpu().data<double>().ToArray();
    }

    private static Tensor Reduce(Tensor residuals, Deviation deviation) =>
        (deviation == Deviation.L1 ? residuals.abs() : residuals.square()).sum([0L]);

    private static Tensor GroupVariance(Tensor projections, AttributeLevels levels)
    {
        var residuals = projections - PeerMeans(levels, includeSelf: true, projections).matmul(projections);
        var perPhoto = levels.LevelOf.Select(l => l == AttributeLevels.Unknown || levels.Counts[l] < 2 ? 0 : 1.0 / (levels.Counts[l] - 1)).ToArray();
        return tensor(perPhoto, device: projections.device).matmul(residuals.square());
    }
}

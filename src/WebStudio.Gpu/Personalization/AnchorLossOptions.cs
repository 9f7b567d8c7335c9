using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Personalization;

/// <summary>Weights and form of L_anc.</summary>
public sealed record AnchorLossOptions
{
    /// <summary>λ_anc, weight of L_anc; 0.01 in the published code.</summary>
    public double PeerWeight { get; init; } = 0.01;

    /// <summary>L1 (the paper) or squared L2; the group variance is a criterion for choosing components, not a loss.</summary>
    public Deviation Deviation { get; init; } = Deviation.L1;

    /// <summary>True: c_{n,m} averages the whole level, n included, as the published code does; false: the paper.</summary>
    public bool IncludeSelf { get; init; }

    /// <summary>True: gradients reach the peers through c_{n,m}; false: c is a constant, so that a batch moves its own anchors only.</summary>
    public bool GradientThroughPeers { get; init; }

    /// <summary>Weight of the ordering term; 0 leaves the paper's loss.</summary>
    public double OrderWeight { get; init; } = 0.02;

    /// <summary>Target of the ordering term.</summary>
    public LevelOrder Order { get; init; } = LevelOrder.Isotonic;

    /// <summary>
    /// Share of a reference deviation along d_m that the ordering targets keep, 0 to 1 or more: targets that lie closer together are spread about their mean. L_anc alone
    /// can be met by letting all anchors collapse along d_m. 0: no guard.
    /// </summary>
    public double KeepDeviation { get; init; }
}

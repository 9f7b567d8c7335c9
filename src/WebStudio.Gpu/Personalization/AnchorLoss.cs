using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// L_anc = Σ_m Σ_n |w_n·d_m − c_{n,m}| (method section 4; MyStyle++, anchor organisation) with the ordering of levels, for the whole gallery or a batch of it.
/// Directions are constants here: gradients reach anchors only.
/// </summary>
public sealed class AnchorLoss : IDisposable
{
    private readonly AnchorLossOptions _options;
    private readonly IReadOnlyList<AttributeLevels> _attributes;
    private readonly Tensor _peerMeans; // [M, N, N]

    /// <summary>Prepares the peers of every photo.</summary>
    /// <param name="attributes">M attributes in the user's order, over the same N photos.</param>
    /// <param name="options">Weights and form.</param>
    /// <param name="like">Gives type and device of the anchors.</param>
    public AnchorLoss(IReadOnlyList<AttributeLevels> attributes, AnchorLossOptions options, Tensor like)
    {
        if (options.Deviation == Deviation.GroupVariance)
            throw new ArgumentException("The anchor loss is L1 or squared L2.");
        (_attributes, _options) = (attributes, options);
        using var scope = NewDisposeScope();
        _peerMeans = attributes.Count == 0 ? zeros([0, 0, 0]).DetachFromDisposeScope() : stack(attributes.Select(a => ComponentLoss.PeerMeans(a, options.IncludeSelf, like))).DetachFromDisposeScope();
    }

    /// <summary>Terms |w_n·d_m − c_{n,m}| (or their squares) without weight; 0 where n has no peers.</summary>
    /// <param name="anchors">All anchors, [N, w_dim].</param>
    /// <param name="directions">d_m of the first attributes, [M' ≤ M, w_dim].</param>
    /// <param name="batch">Indices of the photos asked for, int64 [B]; null for all.</param>
    /// <returns>[B, M'].</returns>
    public Tensor PeerTerms(Tensor anchors, Tensor directions, Tensor? batch = null)
    {
        using var scope = NewDisposeScope();
        var projections = Project(anchors, directions);
        var peers = _peerMeans.narrow(0, 0, directions.shape[0]);
        var own = projections;
        if (batch is not null)
            (peers, own) = (peers.index_select(1, batch), projections.index_select(0, batch));
        var averaged = _options.GradientThroughPeers ? projections : projections.detach();
        var means = peers.matmul(averaged.t().unsqueeze(2)).squeeze(2).t(); // [M', B, N] · [M', N, 1] -> [B, M']
        return Measure(own - means).MoveToOuterDisposeScope();
    }

    /// <summary>Terms |w_n·d_m − t_{n,m}| without weight; t are the <see cref="LevelTargets"/>, constants; 0 for categories and unknown values.</summary>
    /// <param name="anchors">All anchors, [N, w_dim].</param>
    /// <param name="directions">d_m of the first attributes, [M' ≤ M, w_dim], each growing with its attribute.</param>
    /// <param name="batch">Indices of the photos asked for, int64 [B]; null for all.</param>
    /// <param name="referenceDeviations">Deviations along the M' directions that <see cref="AnchorLossOptions.KeepDeviation"/> refers to, usually those at the start.</param>
    /// <returns>[B, M'].</returns>
    public Tensor OrderTerms(Tensor anchors, Tensor directions, Tensor? batch = null, IReadOnlyList<double>? referenceDeviations = null)
    {
        using var scope = NewDisposeScope();
        var projections = Project(anchors, directions);
        var count = (int)directions.shape[0];
        var wide = projections.detach().t().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var n = wide.Length / count;
        var targets = new double[wide.Length];
        for (var m = 0; m < count; m++)
            LevelTargets.Of(wide.AsSpan(m * n, n), _attributes[m], _options.Order, _options.KeepDeviation * (referenceDeviations?[m] ?? 0)).CopyTo(targets, m * n);
        var target = tensor(targets).view(count, n).t().to(anchors.dtype).to(anchors.device);
        // An anchor that is its own target would get rounding as a gradient: the mask makes the zero exact.
        var mask = tensor(_attributes.Take(count).SelectMany(a => a.LevelOf.Select(l => a.Ordered && l != AttributeLevels.Unknown ? 1.0 : 0.0)).ToArray())
            .view(count, n).t().to(anchors.dtype).to(anchors.device);
        var residuals = (projections - target) * mask;
        if (batch is not null)
            residuals = residuals.index_select(0, batch);
        return Measure(residuals).MoveToOuterDisposeScope();
    }

    /// <summary>λ_anc·(peer terms) + λ_order·(ordering terms), summed over attributes, mean over the photos of the batch, as L_rec is a mean over photos.</summary>
    /// <param name="anchors">All anchors, [N, w_dim].</param>
    /// <param name="directions">d_m of the first attributes, [M' ≤ M, w_dim].</param>
    /// <param name="batch">Indices of the photos of this step, int64 [B]; null for all.</param>
    /// <param name="referenceDeviations">See <see cref="OrderTerms"/>.</param>
    /// <returns>A scalar that carries gradients to the anchors.</returns>
    public Tensor Compute(Tensor anchors, Tensor directions, Tensor? batch = null, IReadOnlyList<double>? referenceDeviations = null)
    {
        using var scope = NewDisposeScope();
        return ComputeEach(anchors, directions, batch, referenceDeviations).sum().MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Compute"/> before the sum over attributes.</summary>
    /// <param name="anchors">All anchors, [N, w_dim].</param>
    /// <param name="directions">d_m of the first attributes, [M' ≤ M, w_dim].</param>
    /// <param name="batch">Indices of the photos of this step, int64 [B]; null for all.</param>
    /// <param name="referenceDeviations">See <see cref="OrderTerms"/>.</param>
    /// <returns>[M'], with gradients to the anchors.</returns>
    public Tensor ComputeEach(Tensor anchors, Tensor directions, Tensor? batch = null, IReadOnlyList<double>? referenceDeviations = null)
    {
        using var scope = NewDisposeScope();
        var photos = batch?.shape[0] ?? anchors.shape[0];
        var each = zeros([directions.shape[0]], dtype: anchors.dtype, device: anchors.device);
        // sum([0]): a plain 0 would be taken for ScalarType.Byte, not for the dimension.
        if (_options.PeerWeight > 0)
            each = each + PeerTerms(anchors, directions, batch).sum([0]) * (_options.PeerWeight / photos);
        if (_options.OrderWeight > 0)
            each = each + OrderTerms(anchors, directions, batch, referenceDeviations).sum([0]) * (_options.OrderWeight / photos);
        return each.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _peerMeans.Dispose();

    private static Tensor Project(Tensor anchors, Tensor directions) => anchors.matmul(directions.detach().t());

    private Tensor Measure(Tensor residuals) => _options.Deviation == Deviation.L1 ? residuals.abs() : residuals.square();
}

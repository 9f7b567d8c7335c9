using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WebStudio.Gpu.Latents;

/// <summary>
/// The personalised subspace of MyStyle (arXiv 2203.17272; method section 5): points α·W* with Σα = 1 and α_n ≥ −β. The anchors stay the caller's.
/// </summary>
/// <param name="Anchors">W*, [N, w_dim].</param>
/// <param name="Beta">β ≥ 0, 0.02-0.03 published; null: Σα = 1 is the only bound.</param>
public sealed record DilatedHull(Tensor Anchors, double? Beta = 0.02)
{
    private const double Sharpness = 100; // of the softplus
    private const double LinearFrom = 20; // above this its argument times sharpness passes unchanged
    private const double Held = 100; // a coordinate that is held weighs its square: what it gives way is a ten-thousandth of what the code moves

    /// <summary>Number of anchors N.</summary>
    public long Count => Anchors.shape[0];

    /// <summary>
    /// α = s(α̃) / Σ s(α̃) with s(x) = softplus_100(x + β) − β; without β only the division. Rows sum to 1; after the division entries may fall slightly below −β.
    /// </summary>
    /// <param name="free">α̃ of P codes, [P, N].</param>
    /// <param name="deltas">δ of a W+ code, [P, num_ws, N]; null for W.</param>
    /// <returns>[P, num_ws, N]; [P, 1, N] for W.</returns>
    public Tensor Constrain(Tensor free, Tensor? deltas = null)
    {
        using var scope = NewDisposeScope();
        var sum = free.unsqueeze(1);
        if (deltas is not null)
            sum = sum + deltas;
        if (Beta is { } beta)
            sum = functional.softplus(sum + beta, Sharpness, LinearFrom) - beta;
        return (sum / sum.sum(-1, keepdim: true)).MoveToOuterDisposeScope();
    }

    /// <summary>Points of the subspace.</summary>
    /// <param name="weights">α, [..., N].</param>
    /// <returns>[..., w_dim].</returns>
    public Tensor Codes(Tensor weights) => weights.matmul(Anchors);

    /// <summary>
    /// 10·mean_l (Σ_n (α̃ + δ_l) − 1)² + 10·Σ_l ‖δ_l‖ (not squared; first layers only): keeps the free parameters near what they stand for. The sum is
    /// that of the unconstrained parameters, the mean runs over all layers.
    /// </summary>
    /// <param name="free">α̃, [P, N].</param>
    /// <param name="deltas">δ, [P, num_ws, N]; null for W.</param>
    /// <param name="layers">Number of first layers whose δ is held small.</param>
    /// <param name="sumWeight">Weight of the sum.</param>
    /// <param name="deltaWeight">Weight of the norms.</param>
    /// <returns>[P].</returns>
    public static Tensor Regularisation(Tensor free, Tensor? deltas = null, int layers = 12, double sumWeight = 10, double deltaWeight = 10)
    {
        using var scope = NewDisposeScope();
        var sums = deltas is null ? free.sum(-1, keepdim: true) : (free.unsqueeze(1) + deltas).sum(-1); // [P, num_ws]
        var loss = sumWeight * (sums - 1).square().mean([1]);
        if (deltas is not null)
            loss = loss + deltaWeight * deltas.narrow(1, 0, Math.Min(layers, deltas.shape[1])).norm(dim: 2).sum(-1);
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>The nearest points of the hull, exact (<see cref="HullProjection"/>).</summary>
    /// <param name="codes">[P, w_dim].</param>
    /// <returns>Weights [P, N], points [P, w_dim] and distances, in the codes' type and device.</returns>
    public HullPoints Project(Tensor codes)
    {
        using var none = zeros([0, Anchors.shape[1]]);
        using var free = zeros([codes.shape[0], 0]);
        return ProjectHolding(codes, none, free);
    }

    /// <summary>
    /// The nearest points of the hull that have given coordinates along some directions: the same quadratic programme with the coordinates as further columns, <see cref="Held"/> times as heavy. Where the hull has
    /// no such point, the coordinates come as near as it allows.
    /// </summary>
    /// <param name="codes">[P, w_dim].</param>
    /// <param name="directions">d, orthonormal, [T, w_dim].</param>
    /// <param name="coordinates">Wanted (α·W* − mean anchor)·d, [P, T].</param>
    /// <returns>Weights [P, N], points [P, w_dim] and their distances to the codes, in the codes' type and device.</returns>
    public HullPoints ProjectHolding(Tensor codes, Tensor directions, Tensor coordinates)
    {
        if (codes.dim() != 2 || codes.shape[1] != Anchors.shape[1])
            throw new ArgumentException($"Expected codes [P, {Anchors.shape[1]}], got [{string.Join(", ", codes.shape)}].");
        if (!coordinates.shape.SequenceEqual([codes.shape[0], directions.shape[0]]))
            throw new ArgumentException($"Expected coordinates [{codes.shape[0]}, {directions.shape[0]}], got [{string.Join(", ", coordinates.shape)}].");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var anchors = Anchors.detach().to(ScalarType.Float64).cpu();
        var wide = codes.detach().to(ScalarType.Float64).cpu();
        var along = (anchors - anchors.mean([0])).matmul(directions.detach().to(ScalarType.Float64).cpu().t()); // [N, T]
        var projection = new HullProjection(cat([anchors, Held * along], 1), Beta);
        var wanted = cat([wide, Held * coordinates.detach().to(ScalarType.Float64).cpu()], 1);
        var weights = stack(Enumerable.Range(0, (int)codes.shape[0]).Select(p => projection.Weights(wanted[p])));
        var points = weights.matmul(anchors);
        var distances = (points - wide).norm(dim: 1).data<double>().ToArray();
        return new HullPoints(
            weights.to(codes.dtype).to(codes.device).MoveToOuterDisposeScope(),
            points.to(codes.dtype).to(codes.device).MoveToOuterDisposeScope(),
            distances);
    }

    /// <summary>
    /// Random weights on three random anchors, the others 0: u/Σu of uniform u, as MyStyle draws them (denser around equal weights than a Dirichlet). Fewer than three anchors: all of them.
    /// </summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="random">Source of all randomness.</param>
    /// <param name="anchorsEach">Anchors mixed in each sample.</param>
    /// <param name="dilation">Draws from the hull dilated by this much instead: weights λ become (1 + N·dilation)·λ − dilation. 0 to β.</param>
    /// <returns>[count, N] in the anchors' type and device; rows sum to 1.</returns>
    public Tensor Sample(int count, Random random, int anchorsEach = 3, double dilation = 0)
    {
        var n = (int)Count;
        var weights = new double[count * n];
        Array.Fill(weights, -dilation);
        for (var i = 0; i < count; i++)
        {
            var order = Enumerable.Range(0, n).ToArray();
            random.Shuffle(order);
            // 1 − u lies in (0, 1]: the sum is never 0.
            var drawn = order.Take(anchorsEach).Select(a => (Anchor: a, U: 1 - random.NextDouble())).ToArray();
            var sum = drawn.Sum(d => d.U);
            foreach (var (anchor, u) in drawn)
                weights[i * n + anchor] += (1 + n * dilation) * (u / sum);
        }
        using var scope = NewDisposeScope();
        return tensor(weights).view(count, n).to(Anchors.dtype).to(Anchors.device).MoveToOuterDisposeScope();
    }
}

/// <summary>Projections onto a hull.</summary>
/// <param name="Weights">α, [P, N]; not unique where the anchors are affinely dependent.</param>
/// <param name="Codes">α·W*, [P, w_dim]; unique.</param>
/// <param name="Distances">Distance of each code to its projection; rounding only for codes inside.</param>
public sealed record HullPoints(Tensor Weights, Tensor Codes, IReadOnlyList<double> Distances);

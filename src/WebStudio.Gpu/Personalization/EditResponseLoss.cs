using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// Keeps a generator answering to the directions (ours). Reconstruction alone lets the tuned weights learn every photo from the rest of its code and go
/// deaf to the coordinate. Anchors are moved along d_m and two things are asked of the picture: that it changes as the base's does for the same step
/// (a locality term like PTI's), and that the attribute m has the value the new coordinate stands for while all others stay.
/// </summary>
/// <param name="source">The base; not changed.</param>
/// <param name="readout">Differentiable attributes of the base; null leaves the second part out.</param>
/// <param name="axes">What is moved and over which range, one per attribute m.</param>
/// <param name="directions">d_m, [M, w_dim].</param>
/// <param name="seed">Seed of the targets.</param>
/// <param name="valueWeight">Weight of the second part relative to the first.</param>
public sealed class EditResponseLoss(SynthesisNetwork source, AttributeReadout? readout, IReadOnlyList<EditResponseLoss.Axis> axes, Tensor directions, int seed, double valueWeight)
{
    // A reading that explains less than this of its attribute would hold the pictures to noise.
    private const double LeastExplained = 0.7, OtherWeight = 0.7;

    /// <summary>One attribute's slider.</summary>
    /// <param name="Name">Attribute.</param>
    /// <param name="Low">Least coordinate w·d_m (not centred).</param>
    /// <param name="High">Greatest coordinate.</param>
    /// <param name="LowValue">Attribute value at the least coordinate.</param>
    /// <param name="HighValue">Attribute value at the greatest.</param>
    public sealed record Axis(string Name, double Low, double High, double LowValue, double HighValue);

    /// <summary>The loss of one batch.</summary>
    /// <param name="generator">The network being tuned.</param>
    /// <param name="codes">[B, w_dim]; their gradient lets anchors shed what foretells the attribute beside its direction.</param>
    /// <param name="rendered">The network's pictures of these codes, [B, 3, R, R]; treated as constants.</param>
    /// <param name="step">Decides, with the seed, which attribute is moved and how far.</param>
    /// <returns>A scalar.</returns>
    public Tensor Of(SynthesisNetwork generator, Tensor codes, Tensor rendered, int step)
    {
        using var scope = NewDisposeScope();
        var random = new Random(unchecked(seed * 7919 + step));
        var m = step % axes.Count;
        var axis = axes[m];
        var shares = Enumerable.Range(0, (int)codes.shape[0]).Select(_ => random.NextDouble()).ToArray();
        var wanted = tensor(shares.Select(s => (float)(axis.Low + (axis.High - axis.Low) * s)).ToArray(), device: codes.device);
        var direction = directions[m];
        var moved = codes + (wanted - codes.matmul(direction)).unsqueeze(1) * direction;
        Tensor expected;
        using (no_grad())
            expected = F.avg_pool2d(source.Forward(moved) - source.Forward(codes), 2);
        var pictures = generator.Forward(moved);
        var before = rendered.detach();
        var loss = (F.avg_pool2d(pictures - before, 2) - expected).abs().mean();
        if (readout is not null && valueWeight > 0)
            loss = loss + valueWeight * Values(pictures, before, axis, shares);
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>Smooth error of the readings in standard deviations: the moved attribute against its slider, the others, at less weight, against the picture before.</summary>
    private Tensor Values(Tensor pictures, Tensor before, Axis axis, double[] shares)
    {
        var own = readout!.Names.ToList().IndexOf(axis.Name);
        Tensor wanted;
        using (no_grad())
        {
            wanted = readout.Read(before);
            if (own >= 0)
                wanted.select(1, own).copy_(tensor(shares.Select(s => (float)(axis.LowValue + (axis.HighValue - axis.LowValue) * s)).ToArray(), device: before.device));
        }
        var weights = readout.Names.Select((_, p) => p == own ? 1.0 : readout.Explained[p] < LeastExplained ? 0 : OtherWeight);
        var scale = tensor(readout.Deviations.Select(d => (float)(1 / d)).ToArray(), device: pictures.device);
        var error = (readout.Read(pictures) - wanted) * scale;                       // [B, P]
        var smooth = F.smooth_l1_loss(error, zeros_like(error), reduction: nn.Reduction.None).clamp_max(3);
        return (smooth.mean([0]) * tensor(weights.Select(w => (float)w).ToArray(), device: pictures.device)).sum();
    }

    /// <summary>The loss for anchors as they are arranged: targets span their coordinates and level values.</summary>
    public static EditResponseLoss For(SynthesisNetwork source, AttributeReadout? readout, Tensor anchors, AttributeAxes axes, IReadOnlyList<AttributeLevels> levels, int seed, double valueWeight)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var box = Hypercube.Of(anchors.matmul(axes.Directions.t()));
        return new EditResponseLoss(source, readout, [.. levels.Select((l, m) => new Axis(l.Name, box.Min[m], box.Max[m], l.LevelValues[0], l.LevelValues[^1]))], axes.Directions, seed, valueWeight);
    }
}

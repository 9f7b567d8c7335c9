using WebStudio.Gpu.Latents;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// Keeps a generator answering to the directions as its base does (ours; a locality term like PTI's, along d_m only). Reconstruction alone lets
/// the tuned weights learn every photo from the rest of its code and go deaf to the coordinate; here the change of the picture along d_m is
/// compared with the change the base shows for the same step.
/// </summary>
/// <param name="source">The base; not changed.</param>
/// <param name="directions">d_m, [M, w_dim].</param>
/// <param name="ranges">Range of coordinates (w·d_m, not centred) to draw targets from, M of them.</param>
/// <param name="seed">Seed of the targets.</param>
public sealed class EditResponseLoss(SynthesisNetwork source, Tensor directions, IReadOnlyList<(double Low, double High)> ranges, int seed)
{
    /// <summary>The loss of one batch.</summary>
    /// <param name="generator">The network being tuned.</param>
    /// <param name="codes">[B, w_dim]; treated as constants.</param>
    /// <param name="rendered">Its pictures of these codes, [B, 3, R, R]; treated as constants.</param>
    /// <param name="step">The optimiser step: decides, with the seed, which attribute is moved and how far.</param>
    /// <returns>A scalar.</returns>
    public Tensor Of(SynthesisNetwork generator, Tensor codes, Tensor rendered, int step)
    {
        using var scope = NewDisposeScope();
        var random = new Random(unchecked(seed * 7919 + step));
        var m = step % ranges.Count;
        var (low, high) = ranges[m];
        var wanted = tensor(Enumerable.Range(0, (int)codes.shape[0]).Select(_ => (float)(low + (high - low) * random.NextDouble())).ToArray(), device: codes.device);
        var here = codes.detach();
        var moved = AttributeEditAlong(here, m, wanted);
        Tensor expected;
        using (no_grad())
            expected = F.avg_pool2d(source.Forward(moved) - source.Forward(here), 2);
        var answer = F.avg_pool2d(generator.Forward(moved) - rendered.detach(), 2);
        return (answer - expected).abs().mean().MoveToOuterDisposeScope();
    }

    private Tensor AttributeEditAlong(Tensor codes, int m, Tensor wanted)
    {
        var along = codes.matmul(directions[m]);
        return codes + (wanted - along).unsqueeze(1) * directions[m];
    }

    /// <summary>The loss for a state as it starts: targets span the anchors' coordinates.</summary>
    public static EditResponseLoss For(SynthesisNetwork source, Tensor anchors, AttributeAxes axes, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var box = Hypercube.Of(anchors.matmul(axes.Directions.t()));
        return new EditResponseLoss(source, axes.Directions, [.. box.Min.Zip(box.Max)], seed);
    }
}

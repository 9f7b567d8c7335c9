using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>Settings of pivotal tuning.</summary>
public sealed record PivotalTuningOptions
{
    /// <summary>Adam steps; about 50 in MyStyle++ for one photo.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Adam's step size; 3e-4 is published for FFHQ-1024.</summary>
    public double LearningRate { get; init; } = 3e-4;
}

/// <summary>
/// Pivotal tuning (PTI, arXiv 2106.05744; method section 6): with the code held fixed, a copy of the generator learns the details of one
/// photo that the code cannot express, so that edits start from the photo itself.
/// </summary>
public sealed class PivotalTuner(PivotalTuningOptions options)
{
    /// <summary>Tunes a copy; the network given is not changed.</summary>
    /// <param name="generator">The personalised network.</param>
    /// <param name="pivots">Codes of the photos, [N, w_dim] or [N, num_ws, w_dim], in the order of the loss's photos.</param>
    /// <param name="loss">L_rec of these photos.</param>
    /// <param name="progress">Called with the steps done.</param>
    /// <param name="abort">Ends after the current step with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The tuned copy; the caller disposes it.</returns>
    public SynthesisNetwork Tune(SynthesisNetwork generator, Tensor pivots, ReconstructionLoss loss, Action<int>? progress = null, CancellationToken abort = default)
    {
        var photos = Enumerable.Range(0, loss.Count).ToArray();
        return Tune(generator, pivots, pictures => loss.Of(pictures, photos).Total, progress, abort);
    }

    /// <summary>Tunes a copy by any loss of its pictures.</summary>
    /// <param name="generator">The personalised network; not changed.</param>
    /// <param name="pivots">Codes of the photos, [N, w_dim] or [N, num_ws, w_dim].</param>
    /// <param name="loss">Pictures [N, 3, R, R] to a scalar, differentiable.</param>
    /// <param name="progress">Called with the steps done.</param>
    /// <param name="abort">Ends after the current step with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The tuned copy; the caller disposes it.</returns>
    public SynthesisNetwork Tune(SynthesisNetwork generator, Tensor pivots, Func<Tensor, Tensor> loss, Action<int>? progress = null, CancellationToken abort = default)
    {
        var tuned = generator.Clone();
        try
        {
            tuned.RequireGrad(true);
            using var adam = new AdamOptimizer(tuned.Parameters);
            for (var step = 0; step < options.Steps; step++)
            {
                abort.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var total = loss(tuned.Forward(pivots.detach()));
                adam.ZeroGrad();
                total.backward();
                adam.Step(options.LearningRate);
                progress?.Invoke(step + 1);
            }
            adam.ZeroGrad();
            tuned.RequireGrad(false);
            return tuned;
        }
        catch
        {
            tuned.Dispose();
            throw;
        }
    }
}

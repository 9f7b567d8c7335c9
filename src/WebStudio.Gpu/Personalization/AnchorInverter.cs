using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>Settings of an inversion into W.</summary>
public sealed record InversionOptions
{
    /// <summary>Adam steps for each photo; without an encoder four times as many.</summary>
    public int Steps { get; init; } = 40;

    /// <summary>Adam's step size.</summary>
    public double LearningRate { get; init; } = 0.02;

    /// <summary>Photos optimised at once.</summary>
    public int BatchSize { get; init; } = 8;
}

/// <summary>
/// Finds one W code for every photo (method section 3): the encoder's code, or w_avg where a base has no encoder, refined by Adam on
/// L_rec with the generator held fixed.
/// </summary>
public sealed class AnchorInverter(SynthesisNetwork generator, ReconstructionLoss loss, InversionOptions options)
{
    /// <summary>Refines codes in place of a copy.</summary>
    /// <param name="start">[N, w_dim] starting codes.</param>
    /// <param name="constrain">Applied to codes [B, w_dim] of the photos int64 [B] after every step; null leaves them free.</param>
    /// <param name="progress">Called after each photo batch with photos done.</param>
    /// <param name="stepDone">Called after every step: room for other work on the device.</param>
    /// <param name="abort">Ends after the current step with <see cref="OperationCanceledException"/>.</param>
    /// <returns>[N, w_dim] refined codes, without gradient.</returns>
    public Tensor Refine(Tensor start, Func<Tensor, Tensor, Tensor>? constrain = null, Action<int>? progress = null, Action? stepDone = null, CancellationToken abort = default)
    {
        var refined = start.detach().clone();
        for (var from = 0; from < loss.Count; from += options.BatchSize)
        {
            using var scope = NewDisposeScope();
            var rows = Enumerable.Range(from, Math.Min(options.BatchSize, loss.Count - from)).ToArray();
            using var code = refined.slice(0, from, from + rows.Length, 1).clone().requires_grad_(true);
            var index = arange(from, from + rows.Length, dtype: ScalarType.Int64, device: start.device);
            using var adam = new AdamOptimizer([new("w", code)]);
            for (var step = 0; step < options.Steps; step++)
            {
                abort.ThrowIfCancellationRequested();
                using var stepScope = NewDisposeScope();
                var terms = loss.Of(generator.Forward(code), rows);
                adam.ZeroGrad();
                // Photos are independent: the sum keeps each photo's gradient what it would be alone.
                (terms.Total * rows.Length).backward();
                adam.Step(options.LearningRate * Math.Min(1, 2 * (1 - step / (double)options.Steps)));
                if (constrain is not null)
                    Constrain(code, constrain, index);
                stepDone?.Invoke();
            }
            using (no_grad())
                refined.slice(0, from, from + rows.Length, 1).copy_(code);
            progress?.Invoke(from + rows.Length);
        }
        return refined;
    }

    private static void Constrain(Tensor code, Func<Tensor, Tensor, Tensor> constrain, Tensor index)
    {
        using var noGrad = no_grad();
        code.copy_(constrain(code, index));
    }
}

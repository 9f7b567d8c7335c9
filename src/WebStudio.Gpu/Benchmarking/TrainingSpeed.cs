using System.Diagnostics;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Benchmarking;

/// <summary>How fast this machine trains a base, for estimates before the first real training.</summary>
public static class TrainingSpeed
{
    private const int Batch = 4, WarmUpSteps = 1, Steps = 3;

    // A whole step also has the anchor loss, Adam and, every third time, the edit response: measured against this forward and backward pass alone.
    private const double WholeStep = 1.6;

    /// <summary>Seconds of one photo in one training step, from a few steps on the base's own pictures.</summary>
    public static double Measure(BaseFolder source, ComputeContext context)
    {
        using var scope = NewDisposeScope();
        using var generator = source.LoadGenerator(context);
        using var perceptual = new FaceFeatureDistance(context);
        var codes = zeros(Batch, generator.Config.WDim, device: context.Device);
        if (generator.WAvg is { } average)
            codes = codes + average;
        using var target = generator.Render(codes);
        using var masks = ones_like(target.narrow(1, 0, 1));
        using var loss = new ReconstructionLoss(perceptual, target, masks, 1, 1);
        var clock = new Stopwatch();
        for (var step = 0; step < WarmUpSteps + Steps; step++)
        {
            if (step == WarmUpSteps)
                clock.Start();
            using var inner = NewDisposeScope();
            using var w = (codes + 0.01).detach().requires_grad_(true);
            loss.Of(generator.Synthesis.Forward(w), [.. Enumerable.Range(0, Batch)]).Total.backward();
        }
        return clock.Elapsed.TotalSeconds / (Steps * Batch) * WholeStep;
    }
}

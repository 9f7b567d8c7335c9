using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Peers;

/// <summary>Settings of a projection; the defaults are MyStyle's.</summary>
public sealed record MyStyleProjectionOptions
{
    /// <summary>True: an offset δ_l for every layer (W+); false: one α for all layers.</summary>
    public bool WPlus { get; init; }

    /// <summary>Most Adam steps.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Adam's step size.</summary>
    public double LearningRate { get; init; } = 5e-3;

    /// <summary>Weight of the mean squared error beside the perceptual distance.</summary>
    public double L2Weight { get; init; } = 1;

    /// <summary>Number of first layers whose δ is held small.</summary>
    public int RegularisedLayers { get; init; } = 12;

    /// <summary>Stops when the loss has not fallen by <see cref="LeastImprovement"/> of itself for this many steps; 0: never.</summary>
    public int Patience { get; init; } = 100;

    /// <summary>Share of the best loss that counts as an improvement.</summary>
    public double LeastImprovement { get; init; } = 1e-3;
}

/// <summary>Where a projection stands before a step, means over its photos.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Reconstruction">Perceptual distance plus weighted mean squared error.</param>
/// <param name="Regularisation">See <see cref="DilatedHull.Regularisation"/>; with the penalty, where there is one.</param>
public readonly record struct MyStyleProjectionStep(int Step, double Reconstruction, double Regularisation);

/// <summary>A finished projection of P photos.</summary>
/// <param name="Codes">α·W* for every layer, [P, num_ws, w_dim].</param>
/// <param name="Weights">α, [P, num_ws, N].</param>
/// <param name="Free">α̃, the unconstrained parameters, [P, N].</param>
/// <param name="Deltas">δ, [P, num_ws, N]; zero for W.</param>
/// <param name="Steps">Steps done.</param>
public sealed record MyStyleProjectionResult(Tensor Codes, Tensor Weights, Tensor Free, Tensor Deltas, int Steps) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Codes.Dispose();
        Weights.Dispose();
        Free.Dispose();
        Deltas.Dispose();
    }
}

/// <summary>
/// Finds photos in the personalised subspace: α* = argmin L_rec(G*(α·W*), I) + reg(α) by Adam from equal weights (MyStyle; method sections 5 and 6).
/// Photos of a batch do not influence each other.
/// </summary>
/// <param name="synthesize">G*: codes [P, num_ws, w_dim] to pictures [P, 3, H, W] in [-1, 1], differentiable; noise constant.</param>
/// <param name="perceptual">LPIPS in the published code.</param>
/// <param name="hull">W* and β.</param>
/// <param name="numWs">Layers of G*.</param>
/// <param name="options">Settings.</param>
/// <param name="penalty">A further term of the loss: codes [P, num_ws, w_dim] to [P], differentiable; null for none.</param>
public sealed class MyStyleProjection(Func<Tensor, Tensor> synthesize, IPerceptualDistance perceptual, DilatedHull hull, int numWs, MyStyleProjectionOptions options, Func<Tensor, Tensor>? penalty = null)
{
    /// <summary>Projects photos.</summary>
    /// <param name="images">[P, 3, H, W] in [-1, 1] at the size of G*'s pictures.</param>
    /// <param name="progress">Called before every step.</param>
    /// <param name="abort">Ends between two steps with <see cref="OperationCanceledException"/>.</param>
    /// <param name="start">α̃ to begin with, [P, N]; equal weights when null.</param>
    public MyStyleProjectionResult Project(Tensor images, Action<MyStyleProjectionStep>? progress = null, CancellationToken abort = default, Tensor? start = null)
    {
        using var scope = NewDisposeScope();
        var (photos, anchors) = (images.shape[0], hull.Anchors);
        var free = (start?.detach().clone() ?? full(photos, hull.Count, 1.0 / hull.Count, dtype: anchors.dtype, device: anchors.device)).requires_grad_();
        var deltas = zeros(photos, numWs, hull.Count, dtype: anchors.dtype, device: anchors.device).requires_grad_(options.WPlus);
        using var adam = new AdamOptimizer(options.WPlus ? [new("alpha", free), new("deltas", deltas)] : [new("alpha", free)]);
        using var target = Target(images);

        var step = 0;
        var (best, bestStep) = (double.PositiveInfinity, 0);
        for (; step < options.Steps; step++)
        {
            abort.ThrowIfCancellationRequested();
            var (reconstruction, regularisation) = Step(adam, free, deltas, images, target);
            progress?.Invoke(new(step, reconstruction, regularisation));
            var loss = reconstruction + regularisation;
            if (loss < best * (1 - options.LeastImprovement))
                (best, bestStep) = (loss, step);
            else if (options.Patience > 0 && step - bestStep >= options.Patience)
                break;
        }
        adam.ZeroGrad();
        using var noGrad = no_grad();
        var weights = Weights(free, deltas).expand(photos, numWs, hull.Count).contiguous();
        return new MyStyleProjectionResult(
            hull.Codes(weights).MoveToOuterDisposeScope(),
            weights.MoveToOuterDisposeScope(),
            free.detach().clone().MoveToOuterDisposeScope(),
            deltas.detach().clone().MoveToOuterDisposeScope(),
            Math.Min(step + 1, options.Steps));
    }

    private (double Reconstruction, double Regularisation) Step(AdamOptimizer adam, Tensor free, Tensor deltas, Tensor images, PerceptualTarget target)
    {
        using var scope = NewDisposeScope();
        var codes = hull.Codes(Weights(free, deltas)).expand(-1, numWs, -1);
        var pictures = synthesize(codes);
        var reconstruction = perceptual.Distance(pictures, target) + options.L2Weight * (pictures - images).square().mean([1, 2, 3]); // [P]
        var regularisation = DilatedHull.Regularisation(free, options.WPlus ? deltas : null, options.RegularisedLayers);
        if (penalty is not null)
            regularisation = regularisation + penalty(codes);
        adam.ZeroGrad();
        // The sum, not the mean: each photo gets the gradient it would have alone.
        (reconstruction + regularisation).sum().backward();
        adam.Step(options.LearningRate);
        return (reconstruction.mean().to(ScalarType.Float64).item<double>(), regularisation.mean().to(ScalarType.Float64).item<double>());
    }

    private Tensor Weights(Tensor free, Tensor deltas) => hull.Constrain(free, options.WPlus ? deltas : null);

    private PerceptualTarget Target(Tensor images)
    {
        using var noGrad = no_grad();
        return perceptual.Prepare(images);
    }
}

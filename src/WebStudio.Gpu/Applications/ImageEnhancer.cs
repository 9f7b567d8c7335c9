using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>Settings of enhancement.</summary>
public sealed record ImageEnhancerOptions
{
    /// <summary>The search for α*.</summary>
    public MyStyleProjectionOptions Projection { get; init; } = new() { Steps = 250, LearningRate = 0.02, L2Weight = 5, Patience = 50 };

    /// <summary>Tuning of a copy on what is known, after α* was found; 0 steps: none.</summary>
    public PivotalTuningOptions Tuning { get; init; } = new() { Steps = 25, LearningRate = 1e-3 };

    /// <summary>λ: weight of the wanted attributes, whose coordinates count in shares of what the gallery covers.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>The search starts from this many of the anchors whose degraded pictures come nearest, mixed equally; 0: from all of them.</summary>
    public int StartAnchors { get; init; } = 5;
}

/// <summary>One restored picture.</summary>
/// <param name="Code">w* = α·W*, [1, w_dim].</param>
/// <param name="Weights">α, [1, N].</param>
/// <param name="Network">The copy that was tuned on what is known.</param>
/// <param name="Picture">What it renders with everything put back that the observation tells, [1, 3, R, R] in [-1, 1].</param>
public sealed record EnhancedImage(Tensor Code, Tensor Weights, SynthesisNetwork Network, Tensor Picture) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Code.Dispose();
        Weights.Dispose();
        Network.Dispose();
        Picture.Dispose();
    }
}

/// <summary>
/// Restores damaged photos of the person (method section 6): α* = argmin L_rec(Q(G*(α·W*)), Q-image) + reg(α) + λ·Σ_m |unit coordinate − wanted|; then a copy of G* is tuned on what is known, with the code held.
/// </summary>
/// <param name="generator">G*; not changed.</param>
/// <param name="hull">W* and β.</param>
/// <param name="directions">d_m, orthonormal, [M, w_dim].</param>
/// <param name="perceptual">Distance of L_rec.</param>
/// <param name="options">Settings.</param>
public sealed class ImageEnhancer(SynthesisNetwork generator, DilatedHull hull, Tensor directions, IPerceptualDistance perceptual, ImageEnhancerOptions options)
{
    private const int Batch = 8;

    /// <summary>Of a personalised model.</summary>
    public ImageEnhancer(PersonalizedModel model, IPerceptualDistance perceptual, ImageEnhancerOptions options) : this(model.Generator.Synthesis, model.Hull, model.Directions, perceptual, options)
    {
    }

    /// <summary>Restores one photo.</summary>
    /// <param name="observed">The damaged photo as <see cref="Degradation.Apply"/> would give it, [1, 3, R, R] in [-1, 1] at the generator's size.</param>
    /// <param name="mask">[1, 1, R, R], 1 where a pixel comes from the photo at all (alignment makes up what lies beyond its border).</param>
    /// <param name="degradation">Q.</param>
    /// <param name="targets">Wanted coordinates, an attribute at most once; none: whatever fits.</param>
    /// <param name="progress">Called during the search and the tuning.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    public EnhancedImage Enhance(Tensor observed, Tensor mask, Degradation degradation, IReadOnlyList<CoordinateTarget> targets, Action<EditProgress>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        Tensor Seen(Tensor pictures) => degradation.Apply(pictures) * mask + observed * (1 - mask);
        var projection = new MyStyleProjection(w => Seen(generator.Forward(w)), perceptual, hull, generator.Config.NumWs, options.Projection, Penalty(targets));
        using var found = projection.Project(observed, step => progress?.Invoke(new("projecting", step.Step, options.Projection.Steps)), abort, Start(observed, Seen));
        var code = found.Codes.select(1, 0).clone(); // [1, w_dim]
        var network = Tune(code, observed, Seen, progress, abort);
        using var noGrad = no_grad();
        var picture = degradation.Restore(network.Forward(code).clamp(-1, 1), observed);
        return new(code.MoveToOuterDisposeScope(), found.Weights.select(1, 0).clone().MoveToOuterDisposeScope(), network, picture.MoveToOuterDisposeScope());
    }

    private SynthesisNetwork Tune(Tensor code, Tensor observed, Func<Tensor, Tensor> seen, Action<EditProgress>? progress, CancellationToken abort)
    {
        using var target = Prepare(observed);
        return new PivotalTuner(options.Tuning).Tune(generator, code, pictures =>
        {
            var degraded = seen(pictures);
            return (perceptual.Distance(degraded, target) + options.Projection.L2Weight * (degraded - observed).square().mean([1, 2, 3])).sum();
        }, done => progress?.Invoke(new("tuning", done, options.Tuning.Steps)), abort);
    }

    /// <summary>λ·Σ_m |unit coordinate − wanted unit coordinate| of the mean over the layers.</summary>
    private Func<Tensor, Tensor>? Penalty(IReadOnlyList<CoordinateTarget> targets)
    {
        if (targets.Count == 0)
            return null;
        var mean = hull.Anchors.mean([0]);
        var box = Hypercube.Of((hull.Anchors - mean).matmul(directions.t()));
        var chosen = directions.index_select(0, tensor(targets.Select(t => (long)t.Attribute).ToArray(), device: directions.device));
        var wanted = tensor(targets.Select(t => (float)t.Coordinate).ToArray(), device: directions.device);
        var sides = tensor(targets.Select(t => (float)Math.Max(1e-6, box.Max[t.Attribute] - box.Min[t.Attribute])).ToArray(), device: directions.device);
        return codes => options.Lambda * (((codes.mean([1]) - mean).matmul(chosen.t()) - wanted) / sides).abs().sum(-1);
    }

    /// <summary>Equal weights of the anchors that look most like what is known; everything else of the hull is reached from there.</summary>
    private Tensor? Start(Tensor observed, Func<Tensor, Tensor> seen)
    {
        if (options.StartAnchors <= 0 || options.StartAnchors >= hull.Count)
            return null;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var target = Prepare(observed);
        var losses = new List<Tensor>();
        for (long from = 0; from < hull.Count; from += Batch)
        {
            using var part = NewDisposeScope();
            var degraded = seen(generator.Forward(hull.Anchors.narrow(0, from, Math.Min(Batch, hull.Count - from))));
            var features = new PerceptualTarget([.. target.Features.Select(f => f.expand([degraded.shape[0], .. f.shape[1..]]))]);
            losses.Add((perceptual.Distance(degraded, features) + options.Projection.L2Weight * (degraded - observed).square().mean([1, 2, 3])).MoveToOuterDisposeScope());
        }
        var nearest = cat(losses).topk(options.StartAnchors, largest: false).indexes;
        return zeros_like(hull.Anchors.select(1, 0)).index_fill_(0, nearest, 1.0 / options.StartAnchors).unsqueeze(0).MoveToOuterDisposeScope();
    }

    private PerceptualTarget Prepare(Tensor observed)
    {
        using var noGrad = no_grad();
        return perceptual.Prepare(observed);
    }
}

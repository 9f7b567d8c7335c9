using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Personalization;

/// <summary>Settings of fitting an attribute prior.</summary>
public sealed record AttributePriorOptions
{
    /// <summary>Random faces to measure; the linear fit needs several for every active dimension of W.</summary>
    public int Samples { get; init; } = 3000;

    /// <summary>Truncation of the samples, 0 to 1: less variety, fewer broken faces.</summary>
    public double Psi { get; init; } = 0.9;

    /// <summary>Faces rendered and measured at once.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Seed of z.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>
/// Measures what a base generator knows of attributes: renders random faces, measures them with the project's own estimators, and fits
/// <see cref="AttributePrior"/>. Light and background are measured too, so that the direction of an attribute leaves them alone.
/// </summary>
/// <param name="options">Settings.</param>
/// <param name="names">Names of the attributes that <paramref name="measure"/> gives.</param>
/// <param name="measure">[B, 3, R, R] in [-1, 1] to [B, P]; NaN where a face could not be measured.</param>
public sealed class AttributePriorFitter(AttributePriorOptions options, IReadOnlyList<string> names, Func<Tensor, Tensor> measure)
{
    private static readonly string[] Lighting = ["light", "side-light", "warmth", "background"];

    /// <summary>Fits a base.</summary>
    /// <param name="generator">A base with a mapping from z.</param>
    /// <param name="readout">Fitted on the same faces; null where none is wanted.</param>
    /// <param name="progress">Called with the faces measured.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidInputException">The base cannot be sampled, or its pictures show no measurable faces.</exception>
    public AttributePrior Fit(Generator generator, AttributeReadout? readout = null, Action<int>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (codes, values, features) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        var done = 0;
        foreach (var (w, images) in RandomFaces.Draw(generator, options.Samples, options.BatchSize, options.Psi, options.Seed))
        {
            abort.ThrowIfCancellationRequested();
            codes.Add(w);
            values.Add(Readings(images));
            if (readout is not null)
                features.Add(readout.Features(images));
            images.Dispose();
            progress?.Invoke(Math.Min(done += options.BatchSize, options.Samples));
        }
        var (allCodes, allValues) = (cat(codes), cat(values));
        var known = allValues.isfinite().all(1).nonzero().squeeze(1);
        if (known.shape[0] < 4 * (names.Count + Lighting.Length))
            throw new InvalidInputException($"Only {known.shape[0]} of {options.Samples} random pictures of this base show a face that can be measured: it is not a generator of aligned faces.");
        readout?.Fit(names, cat(features).index_select(0, known), allValues.index_select(0, known).narrow(1, 0, names.Count));
        return AttributePrior.FromSamples([.. names, .. Lighting], allCodes.index_select(0, known), allValues.index_select(0, known));
    }

    private Tensor Readings(Tensor images)
    {
        using var scope = NewDisposeScope();
        return cat([measure(images).to(ScalarType.Float32), Light(images)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Mean brightness of the face, its left-right difference, red minus blue, and brightness of the upper corners: [B, 4].</summary>
    private static Tensor Light(Tensor images)
    {
        var r = images.shape[2];
        Tensor Region(double top, double bottom, double left, double right) => images.slice(2, (long)(top * r), (long)(bottom * r), 1).slice(3, (long)(left * r), (long)(right * r), 1).mean([2, 3]);
        var face = Region(0.35, 0.8, 0.3, 0.7);                                              // [B, 3]
        var side = Region(0.4, 0.75, 0.3, 0.45).mean([1]) - Region(0.4, 0.75, 0.55, 0.7).mean([1]);
        var background = (Region(0, 0.25, 0, 0.15) + Region(0, 0.25, 0.85, 1)).mean([1]);
        return stack([face.mean([1]), side, face.select(1, 0) - face.select(1, 2), background], 1);
    }
}

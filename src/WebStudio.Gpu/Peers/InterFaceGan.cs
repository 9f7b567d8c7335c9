using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Peers;

/// <summary>Settings of fitting boundaries.</summary>
public sealed record InterFaceGanOptions
{
    /// <summary>Random faces to measure.</summary>
    public int Samples { get; init; } = 2400;

    /// <summary>Truncation of the samples, 0 to 1.</summary>
    public double Psi { get; init; } = 0.9;

    /// <summary>Faces rendered and measured at once.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Seed of z.</summary>
    public int Seed { get; init; } = 2;

    /// <summary>Share of the faces with most and with least of the attribute that are told apart; published: 2 % each of 500,000.</summary>
    public double Share { get; init; } = 0.25;

    /// <summary>Share of these that is held back for the accuracy; published: 0.3.</summary>
    public double HeldBack { get; init; } = 0.3;

    /// <summary>L2 regularisation of the boundary, relative to the codes' own spread.</summary>
    public double Ridge { get; init; } = 0.01;
}

/// <summary>
/// InterFaceGAN (Shen et al., CVPR 2020): linear boundaries in W between random faces of the base with much and with little of an attribute; editing moves along the unit normal. Scores come from this project's
/// own estimators; the boundary is fitted by logistic regression (iteratively reweighted least squares), whose normal agrees with a linear SVM's where the classes can be parted at all.
/// </summary>
public static class InterFaceGan
{
    private const int Iterations = 12, LeastFaces = 40;

    /// <summary>Measures random faces of a base and fits a boundary for every attribute.</summary>
    /// <param name="generator">A base with a mapping from z.</param>
    /// <param name="names">P names.</param>
    /// <param name="measure">[B, 3, R, R] in [-1, 1] to [B, P]; NaN where a face could not be measured.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Called with the faces measured.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidInputException">The base cannot be sampled, or its pictures show no measurable faces.</exception>
    public static AttributeBoundaries Fit(Generator generator, IReadOnlyList<string> names, Func<Tensor, Tensor> measure, InterFaceGanOptions options, Action<int>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        var (codes, values, done) = (new List<Tensor>(), new List<Tensor>(), 0);
        foreach (var (w, images) in RandomFaces.Draw(generator, options.Samples, options.BatchSize, options.Psi, options.Seed))
        {
            abort.ThrowIfCancellationRequested();
            codes.Add(w);
            values.Add(measure(images).to(ScalarType.Float32));
            images.Dispose();
            progress?.Invoke(Math.Min(done += options.BatchSize, options.Samples));
        }
        return FromSamples(names, cat(codes), cat(values), options);
    }

    /// <summary>Fits boundaries on measured faces.</summary>
    /// <param name="names">P names.</param>
    /// <param name="codes">[S, w_dim].</param>
    /// <param name="values">[S, P]; NaN where unknown.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">Too few faces have a value.</exception>
    public static AttributeBoundaries FromSamples(IReadOnlyList<string> names, Tensor codes, Tensor values, InterFaceGanOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wide = codes.to(ScalarType.Float64).cpu();
        var normals = new List<Tensor>();
        var accuracies = new List<double>();
        foreach (var p in Enumerable.Range(0, names.Count))
        {
            var scores = values.select(1, p).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
            var order = Enumerable.Range(0, scores.Length).Where(i => double.IsFinite(scores[i])).OrderBy(i => scores[i]).ToArray();
            var each = (int)(options.Share * order.Length);
            if (each < LeastFaces)
                throw new InvalidInputException($"Only {order.Length} random faces of this base have a value for '{names[p]}'; a boundary needs {LeastFaces / options.Share:0} or more.");
            int[] chosen = [.. order[..each], .. order[^each..]];
            var labels = Enumerable.Range(0, 2 * each).Select(i => i < each ? 0.0 : 1.0).ToArray();
            var mixed = Enumerable.Range(0, 2 * each).ToArray();
            new Random(options.Seed).Shuffle(mixed);
            var held = (int)(options.HeldBack * mixed.Length);
            Tensor Codes(int[] which) => wide.index_select(0, tensor(which.Select(i => (long)chosen[i]).ToArray()));
            Tensor Labels(int[] which) => tensor(which.Select(i => labels[i]).ToArray());
            var (normal, offset) = Boundary(Codes(mixed[held..]), Labels(mixed[held..]), options.Ridge);
            var sides = (Codes(mixed[..held]).matmul(normal) + offset).gt(0).to(ScalarType.Float64);
            accuracies.Add(held == 0 ? double.NaN : (sides - Labels(mixed[..held])).abs().lt(0.5).to(ScalarType.Float64).mean().item<double>());
            normals.Add(normal / normal.norm());
        }
        return new(names, stack(normals).to(ScalarType.Float32).DetachFromDisposeScope(), accuracies);
    }

    /// <summary>Normal [w_dim] and offset of the boundary: logistic regression with a ridge, by Newton's method.</summary>
    private static (Tensor Normal, double Offset) Boundary(Tensor codes, Tensor labels, double ridge)
    {
        var mean = codes.mean([0]);
        var centred = codes - mean;
        var scale = centred.square().mean().sqrt();
        var design = cat([centred / scale, ones([codes.shape[0], 1], dtype: ScalarType.Float64)], 1); // [S, D + 1]
        var width = design.shape[1];
        var penalty = full([width], ridge * codes.shape[0], dtype: ScalarType.Float64);
        penalty[width - 1] = tensor(1e-9, dtype: ScalarType.Float64); // the offset is free
        var beta = zeros([width], dtype: ScalarType.Float64);
        for (var i = 0; i < Iterations; i++)
        {
            var probability = design.matmul(beta).sigmoid();
            var weight = (probability * (1 - probability)).clamp_min(1e-6);
            var gradient = design.t().matmul(labels - probability) - penalty * beta;
            var hessian = (design * weight.unsqueeze(1)).t().matmul(design) + penalty.diag();
            beta = beta + linalg.solve(hessian, gradient);
        }
        var normal = beta.narrow(0, 0, width - 1) / scale;
        return (normal, beta[width - 1].item<double>() - normal.dot(mean).item<double>());
    }
}

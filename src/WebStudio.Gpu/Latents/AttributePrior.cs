using System.Globalization;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>
/// What a base generator knows of attributes before it has seen an album: for each attribute, the change of w that changes it by one
/// unit while every other measured quantity stays, along the most plausible path. With the codes' covariance Σ and the linear predictors
/// B of all quantities, the columns of Σ B (Bᵀ Σ B)⁻¹. An album of some forty photos confounds pose with light and background; thousands of
/// samples of the base do not.
/// </summary>
/// <param name="Names">P names of the measured quantities.</param>
/// <param name="Directions">[P, w_dim] float32: change of w per unit of each quantity.</param>
/// <param name="Predictors">[P, w_dim] float32: the linear predictors B, change of each quantity per unit of w.</param>
/// <param name="Fit">P coefficients of determination of the linear predictors, 0 to 1: how far a direction can be trusted.</param>
public sealed record AttributePrior(IReadOnlyList<string> Names, Tensor Directions, Tensor Predictors, IReadOnlyList<double> Fit) : IDisposable
{
    /// <summary>Name of the file in a base folder.</summary>
    public const string FileName = "attributes.safetensors";

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public static AttributePrior Read(string path)
    {
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue("names", out var names) || !file.Metadata.TryGetValue("fit", out var fit) || !file.Tensors.TryGetValue("directions", out var directions)
            || !file.Tensors.TryGetValue("predictors", out var predictors) || directions.dim() != 2 || names.Split(' ').Length != directions.shape[0] || !predictors.shape.SequenceEqual(directions.shape))
            throw new InvalidInputException($"{path} does not hold the attribute directions of a base model.");
        return new AttributePrior(names.Split(' '), directions.DetachFromDisposeScope(), predictors.DetachFromDisposeScope(), [.. fit.Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture))]);
    }

    /// <summary>Writes directions, names and fits.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string path) => SafetensorsFile.Write(path, [new("directions", Directions), new("predictors", Predictors)], new Dictionary<string, string>
    {
        ["names"] = string.Join(' ', Names),
        ["fit"] = string.Join(' ', Fit.Select(f => f.ToString("F3", CultureInfo.InvariantCulture))),
    });

    /// <summary>Fits the prior on samples.</summary>
    /// <param name="names">P names.</param>
    /// <param name="codes">[S, w_dim], S well above w_dim's active part.</param>
    /// <param name="values">[S, P], one column a quantity; no NaN.</param>
    /// <param name="ridge">Regularisation as a share of the codes' mean variance times S.</param>
    public static AttributePrior FromSamples(IReadOnlyList<string> names, Tensor codes, Tensor values, double ridge = 0.02)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var s = codes.shape[0];
        var w = codes.to(ScalarType.Float64);
        var a = values.to(ScalarType.Float64);
        w = w - w.mean([0], keepdim: true);                                     // [S, D]
        a = a - a.mean([0], keepdim: true);
        var deviation = a.std(0, unbiased: false).clamp_min(1e-9);
        a = a / deviation;                                                      // [S, P]
        var covariance = w.t().matmul(w) / s;                                   // Σ [D, D]
        var strength = ridge * covariance.diag().mean().item<double>();
        var predictors = linalg.solve(covariance + strength * eye(w.shape[1], dtype: ScalarType.Float64), w.t().matmul(a) / s); // B [D, P]
        var spread = covariance.matmul(predictors);                             // Σ B
        var gram = predictors.t().matmul(spread);
        gram = gram + 1e-6 * gram.diag().mean() * eye(gram.shape[0], dtype: ScalarType.Float64);
        var directions = linalg.solve(gram, spread.t()) / deviation.unsqueeze(1); // [P, D]
        var residual = (a - w.matmul(predictors)).square().mean([0]);
        var fit = (1 - residual).clamp(0, 1).data<double>().ToArray();
        var perUnit = (predictors * deviation).t().contiguous();                // attribute units per unit of w
        return new AttributePrior(names, directions.to(ScalarType.Float32).DetachFromDisposeScope(), perUnit.to(ScalarType.Float32).DetachFromDisposeScope(), fit);
    }

    /// <summary>The unit direction [w_dim] along which the attribute grows, or null when this base was not measured for it.</summary>
    public Tensor? Direction(string name)
    {
        var at = Names.ToList().IndexOf(name);
        if (at < 0)
            return null;
        using var scope = NewDisposeScope();
        var row = Directions[at];
        return (row / row.norm()).MoveToOuterDisposeScope();
    }

    /// <summary>The linear predictor [w_dim] of an attribute in its unit, or null when this base was not measured for it.</summary>
    public Tensor? Predictor(string name)
    {
        var at = Names.ToList().IndexOf(name);
        return at < 0 ? null : Predictors[at];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directions.Dispose();
        Predictors.Dispose();
    }
}

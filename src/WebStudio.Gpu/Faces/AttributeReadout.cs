using System.Globalization;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces.Networks;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces;

/// <summary>
/// A differentiable stand-in for the attribute estimators on aligned crops: attributes as linear functions of what the landmark and expression
/// networks say of one fixed square. Fitted on a base model's own random faces, so it belongs to a base. Coarser than <see cref="FaceAnalyzer"/>;
/// it guides training, it does not measure.
/// </summary>
public sealed class AttributeReadout : IDisposable
{
    /// <summary>Name of the file in a base folder.</summary>
    public const string FileName = "readout.safetensors";

    // The square in which the landmark network sees an FFHQ-aligned face best.
    private const double Top = 0.173, Left = 0.103, Share = 0.794;
    private readonly FaceLandmarkNetwork _landmarks;
    private readonly FaceExpressionNetwork _expression;
    private readonly ComputeContext _context;
    private Tensor _weight, _bias;

    /// <summary>Reads the networks; without weights only <see cref="Features"/> can be used.</summary>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public AttributeReadout(ComputeContext context)
    {
        _context = context;
        _landmarks = new(context);
        _expression = new(context);
        _weight = empty(0).DetachFromDisposeScope();
        _bias = empty(0).DetachFromDisposeScope();
    }

    /// <summary>Names of the P attributes.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>Standard deviation of each attribute over the base's random faces, P of them: the unit in which errors are compared.</summary>
    public IReadOnlyList<double> Deviations { get; private set; } = [];

    /// <summary>Share of each attribute's variance that the readout explains, P of them.</summary>
    public IReadOnlyList<double> Explained { get; private set; } = [];

    /// <summary>What the networks say.</summary>
    /// <param name="crops">[B, 3, R, R] in [-1, 1], FFHQ-aligned.</param>
    /// <returns>[B, 143]: 68 landmarks as fractions of the square, 7 expression logits.</returns>
    public Tensor Features(Tensor crops)
    {
        using var scope = NewDisposeScope();
        const int size = FaceFeatureExtractor.InputSize;
        while (crops.shape[2] * Share >= 2 * size)
            crops = F.avg_pool2d(crops, 2);
        var square = CropMatrix.Bilinear(crops.shape[2], Top, Share, size).to(crops.device).matmul(crops.matmul(CropMatrix.Bilinear(crops.shape[3], Left, Share, size).to(crops.device).t()));
        var landmarks = _landmarks.Forward(square).to(ScalarType.Float32).flatten(1);
        var expressions = _expression.Forward(square).to(ScalarType.Float32);
        return cat([landmarks, expressions], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Attributes in their units, [B, P].</summary>
    public Tensor Read(Tensor crops)
    {
        using var scope = NewDisposeScope();
        return (Features(crops).matmul(_weight.t()) + _bias).MoveToOuterDisposeScope();
    }

    /// <summary>Fits the linear functions by ridge regression.</summary>
    /// <param name="names">P names.</param>
    /// <param name="features">[S, 143].</param>
    /// <param name="values">[S, P] readings of the estimators, no NaN.</param>
    public void Fit(IReadOnlyList<string> names, Tensor features, Tensor values)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = features.to(ScalarType.Float64);
        var y = values.to(ScalarType.Float64);
        var (centre, scale) = (x.mean([0]), x.std(0, unbiased: false).clamp_min(1e-6));
        var (mean, deviation) = (y.mean([0]), y.std(0, unbiased: false).clamp_min(1e-6));
        var z = (x - centre) / scale;
        var target = (y - mean) / deviation;
        var gram = z.t().matmul(z) / x.shape[0] + 0.01 * eye(x.shape[1], dtype: ScalarType.Float64);
        var solved = linalg.solve(gram, z.t().matmul(target) / x.shape[0]);                // [F, P]
        var weight = (solved * deviation / scale.unsqueeze(1)).t();                         // [P, F]
        Set(names, weight, mean - weight.matmul(centre), deviation.data<double>().ToArray(), (1 - (target - z.matmul(solved)).square().mean([0])).clamp(0, 1).data<double>().ToArray());
    }

    /// <summary>Takes up what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public void Load(string path)
    {
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Read(path);
        if (!file.Tensors.TryGetValue("weight", out var weight) || !file.Tensors.TryGetValue("bias", out var bias) || !file.Metadata.TryGetValue("names", out var names)
            || !file.Metadata.TryGetValue("deviations", out var deviations) || !file.Metadata.TryGetValue("explained", out var explained) || weight.dim() != 2 || weight.shape[0] != bias.numel() || names.Split(' ').Length != bias.numel())
            throw new InvalidInputException($"{path} does not hold an attribute readout.");
        double[] Numbers(string text) => [.. text.Split(' ').Select(d => double.Parse(d, CultureInfo.InvariantCulture))];
        Set(names.Split(' '), weight, bias, Numbers(deviations), Numbers(explained));
    }

    /// <summary>Writes weights, names and deviations.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string path) => SafetensorsFile.Write(path, [new("weight", _weight), new("bias", _bias)], new Dictionary<string, string>
    {
        ["names"] = string.Join(' ', Names),
        ["deviations"] = string.Join(' ', Deviations.Select(d => d.ToString("R", CultureInfo.InvariantCulture))),
        ["explained"] = string.Join(' ', Explained.Select(d => d.ToString("F4", CultureInfo.InvariantCulture))),
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _landmarks.Dispose();
        _expression.Dispose();
        _weight.Dispose();
        _bias.Dispose();
    }

    private void Set(IReadOnlyList<string> names, Tensor weight, Tensor bias, IReadOnlyList<double> deviations, IReadOnlyList<double> explained)
    {
        _weight.Dispose();
        _bias.Dispose();
        _weight = weight.to(ScalarType.Float32, _context.Device).clone().DetachFromDisposeScope();
        _bias = bias.to(ScalarType.Float32, _context.Device).clone().DetachFromDisposeScope();
        (Names, Deviations, Explained) = (names, deviations, explained);
    }
}

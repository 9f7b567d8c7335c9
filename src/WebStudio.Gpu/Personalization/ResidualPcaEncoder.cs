using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// The built-in base's encoder (architecture <c>residual-pca-64</c>): aligned face → w. A linear path (principal components of the 32 px picture)
/// gives the coarse code, a small residual network of the 64 px picture corrects it. It was trained as a variational autoencoder; only the mean is used.
/// </summary>
public sealed class ResidualPcaEncoder : IDisposable
{
    /// <summary>Side of the picture the network sees, in pixels.</summary>
    public const int InputResolution = ResidualPcaNetwork.InputResolution;

    private readonly Dictionary<string, (Tensor Weight, Tensor Bias)> _convolutions = [];
    private readonly Tensor _fcWeight, _fcBias, _pcaWeight, _pcaBias;
    private readonly ComputeContext _context;

    /// <summary>Builds the encoder from copies of its tensors (stem, r0a, …, d1, …, fc, pca); half precision is widened.</summary>
    /// <exception cref="InvalidInputException">A tensor is missing or of another shape.</exception>
    public ResidualPcaEncoder(IReadOnlyDictionary<string, Tensor> tensors, ComputeContext context)
    {
        _context = context;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var source = new NetworkTensors(tensors, "", context.Device);

        foreach (var (name, inputs, outputs) in ResidualPcaNetwork.Convolutions())
        {
            var weight = source.Read($"{name}.weight", outputs, inputs, 3, 3).mul_(ResidualPcaNetwork.Gain(inputs));
            var bias = source.Read($"{name}.bias", outputs);
            _convolutions[name] = (weight.to(context.Precision).DetachFromDisposeScope(), bias.to(context.Precision).DetachFromDisposeScope());
        }
        WDim = tensors.TryGetValue("pca.bias", out var coarseBias) ? (int)coarseBias.numel() : throw new InvalidInputException("The encoder has no tensor pca.bias.");
        var features = ResidualPcaNetwork.Features;
        // fc gives mean and log variance; the variance half served training only.
        _fcWeight = source.Read("fc.weight", 2 * WDim, features)[..WDim].mul(1 / Math.Sqrt(features)).DetachFromDisposeScope();
        _fcBias = source.Read("fc.bias", 2 * WDim)[..WDim].clone().DetachFromDisposeScope();
        _pcaWeight = source.Take("pca.weight", WDim, ResidualPcaNetwork.CoarsePixels);
        _pcaBias = source.Take("pca.bias", WDim);
    }

    /// <summary>Width of the codes.</summary>
    public int WDim { get; }

    /// <summary>Codes of aligned faces; differentiable with respect to the pictures.</summary>
    /// <param name="images">[N, 3, R, R] in [−1, 1], R ≥ 64, FFHQ-aligned; missing pixels are 0. Averaged down to 64 px.</param>
    /// <returns>w, float32 [N, w_dim].</returns>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public Tensor Encode(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != 3 || images.shape[2] != images.shape[3] || images.shape[2] < InputResolution)
            throw new ArgumentException($"Pictures are [{string.Join(", ", images.shape)}]; [N, 3, R, R] with R of at least {InputResolution} is expected.", nameof(images));
        using var scope = NewDisposeScope();
        var picture = F.adaptive_avg_pool2d(images.to(ScalarType.Float32, _context.Device), [InputResolution, InputResolution]);
        var correction = F.linear(ResidualPcaNetwork.Forward(picture, name => _convolutions[name], _context.Precision), _fcWeight, _fcBias);
        var coarse = ResidualPcaNetwork.Coarse(picture, _pcaWeight, _pcaBias);
        return (coarse + correction).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (weight, bias) in _convolutions.Values)
        {
            weight.Dispose();
            bias.Dispose();
        }
        foreach (var tensor in (Tensor[])[_fcWeight, _fcBias, _pcaWeight, _pcaBias])
            tensor.Dispose();
    }
}

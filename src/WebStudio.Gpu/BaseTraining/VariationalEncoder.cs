using TorchSharp;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// The encoder while it is trained: pictures → mean and log variance of w. The linear path is fixed from <see cref="PrincipalPath"/>; the network corrects it and starts at no correction, so that codes mean
/// something from the first step. Written tensors are what <see cref="ResidualPcaEncoder"/> reads.
/// </summary>
internal sealed class VariationalEncoder : IDisposable
{
    private const float FirstLogVariance = -2, LeastLogVariance = -8, MostLogVariance = 2;
    private readonly ScalarType _precision;
    private readonly int _wDim;

    /// <summary>A fresh encoder.</summary>
    public VariationalEncoder(int wDim, ScalarType precision, Device device, torch.Generator random)
    {
        (_wDim, _precision) = (wDim, precision);
        using var scope = NewDisposeScope();
        foreach (var (name, inputs, outputs) in ResidualPcaNetwork.Convolutions())
        {
            Add($"{name}.weight", randn([outputs, inputs, 3, 3], generator: random));
            Add($"{name}.bias", zeros(outputs));
        }
        Add("fc.weight", zeros(2 * wDim, ResidualPcaNetwork.Features));
        Add("fc.bias", cat([zeros(wDim), full(wDim, FirstLogVariance)], 0));
        Fixed["pca.weight"] = zeros(wDim, ResidualPcaNetwork.CoarsePixels).to(device).DetachFromDisposeScope();
        Fixed["pca.bias"] = zeros(wDim).to(device).DetachFromDisposeScope();

        void Add(string name, Tensor values) => Parameters[name] = values.to(device).DetachFromDisposeScope();
    }

    /// <summary>What is trained.</summary>
    public SortedDictionary<string, Tensor> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>The linear path, which is not.</summary>
    public SortedDictionary<string, Tensor> Fixed { get; } = new(StringComparer.Ordinal);

    /// <summary>Mean and log variance, float32 [N, w_dim] each.</summary>
    /// <param name="pictures">[N, 3, 64, 64] in [−1, 1]; missing pixels are 0.</param>
    public (Tensor Mean, Tensor LogVariance) Forward(Tensor pictures)
    {
        var features = ResidualPcaNetwork.Forward(pictures, Layer, _precision);
        var both = F.linear(features, Parameters["fc.weight"] * (1 / Math.Sqrt(ResidualPcaNetwork.Features)), Parameters["fc.bias"]);
        var coarse = ResidualPcaNetwork.Coarse(pictures, Fixed["pca.weight"], Fixed["pca.bias"]);
        return (both.slice(1, 0, _wDim, 1) + coarse, both.slice(1, _wDim, 2 * _wDim, 1).clamp(LeastLogVariance, MostLogVariance));
    }

    /// <summary>Sets the linear path, and the log variance that belongs to it.</summary>
    public void Start(PrincipalPath path)
    {
        using var noGrad = no_grad();
        Fixed["pca.weight"].copy_(path.Weight);
        Fixed["pca.bias"].copy_(path.Bias);
        Parameters["fc.bias"].slice(0, _wDim, 2 * _wDim, 1).copy_(path.LogVariance);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Parameters.Values.Concat(Fixed.Values))
            tensor.Dispose();
    }

    private (Tensor Weight, Tensor Bias) Layer(string name)
    {
        var weight = Parameters[$"{name}.weight"];
        return ((weight * ResidualPcaNetwork.Gain((int)weight.shape[1])).to(_precision), Parameters[$"{name}.bias"].to(_precision));
    }
}

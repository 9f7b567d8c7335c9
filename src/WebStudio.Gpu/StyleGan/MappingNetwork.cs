using TorchSharp;
using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>
/// z → w. Either StyleGAN2's mapping network (z normalised, then fully connected layers with leaky ReLU; names <c>fc0.weight</c>, …, <c>w_avg</c>)
/// or, for the built-in base, a Gaussian in W (<c>gaussian.w_chol</c>): w = w_avg + L z.
/// </summary>
public sealed class MappingNetwork : IDisposable
{
    private const double LeakySlope = 0.2;
    private const int MeanSamples = 4096;
    private readonly GeneratorConfig _config;
    private readonly SortedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<(Tensor Weight, Tensor Bias)> _layers = [];
    private readonly Tensor? _cholesky;

    private MappingNetwork(GeneratorConfig config, IReadOnlyDictionary<string, Tensor> tensors, Device device)
    {
        _config = config;
        var mapping = new NetworkTensors(tensors, "mapping.", device);
        if (tensors.ContainsKey("gaussian.w_chol"))
        {
            _cholesky = _tensors["gaussian.w_chol"] = new NetworkTensors(tensors, "gaussian.", device).Take("w_chol", config.WDim, config.ZDim);
            WAvg = _tensors["mapping.w_avg"] = mapping.Take("w_avg", config.WDim);
            return;
        }
        for (var i = 0; i < config.MappingLayers; i++)
        {
            var weight = _tensors[$"mapping.fc{i}.weight"] = mapping.Take($"fc{i}.weight", config.WDim, i == 0 ? config.ZDim : config.WDim);
            var bias = _tensors[$"mapping.fc{i}.bias"] = mapping.Take($"fc{i}.bias", config.WDim);
            _layers.Add((weight, bias));
        }
        WAvg = _tensors["mapping.w_avg"] = tensors.ContainsKey("mapping.w_avg") ? mapping.Take("w_avg", config.WDim) : MeanCode(device);
    }

    /// <summary>Builds the mapping from a checkpoint's tensors (NVIDIA's names, with the prefix <c>mapping.</c>); null where the checkpoint holds none.</summary>
    /// <exception cref="InvalidInputException">A tensor is missing or of another shape, or the network is conditional.</exception>
    public static MappingNetwork? Create(GeneratorConfig config, IReadOnlyDictionary<string, Tensor> tensors, Device device)
    {
        if (config.CDim > 0)
            throw new InvalidInputException($"The network is conditional (labels of width {config.CDim}); only unconditional networks are accepted.");
        if (!tensors.ContainsKey("gaussian.w_chol") && !tensors.ContainsKey("mapping.fc0.weight"))
            return null;
        return new MappingNetwork(config, tensors, device);
    }

    /// <summary>Mean of w over the prior, [w_dim]: the checkpoint's, or sampled where it holds none. Do not dispose.</summary>
    public Tensor WAvg { get; }

    /// <summary>Every tensor with its checkpoint name; do not dispose.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>Codes for z [N, z_dim], standard normal.</summary>
    /// <param name="z">[N, z_dim].</param>
    /// <param name="psi">Truncation: w_avg + psi·(w − w_avg); 1 leaves w as it is, 0 gives w_avg.</param>
    /// <param name="cutoff">Number of leading style layers that are truncated; null for all.</param>
    /// <returns>[N, num_ws, w_dim]; without a cutoff the rows are one row repeated without copying.</returns>
    /// <exception cref="ArgumentException">z is not [N, z_dim].</exception>
    public Tensor Map(Tensor z, double psi = 1, int? cutoff = null)
    {
        if (z.dim() != 2 || z.shape[1] != _config.ZDim)
            throw new ArgumentException($"z is [{string.Join(", ", z.shape)}]; [N, {_config.ZDim}] is expected.", nameof(z));
        using var scope = NewDisposeScope();
        var w = MapToW(z.to(ScalarType.Float32, WAvg.device));
        var truncated = psi == 1 ? w : WAvg.lerp(w, psi);
        var layers = Math.Clamp(cutoff ?? _config.NumWs, 0, _config.NumWs);
        var rows = truncated.unsqueeze(1).expand(-1, layers, -1);
        if (layers < _config.NumWs)
            rows = cat([rows, w.unsqueeze(1).expand(-1, _config.NumWs - layers, -1)], 1);
        return rows.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
    }

    /// <summary>The mean code of a network saved without one, by sampling, as rosinality's <c>mean_latent</c> finds it.</summary>
    private Tensor MeanCode(Device device)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = new torch.Generator(0);
        return MapToW(randn([MeanSamples, _config.ZDim], generator: random).to(device)).mean([0]).DetachFromDisposeScope();
    }

    private Tensor MapToW(Tensor z)
    {
        if (_cholesky is not null)
            return WAvg + z.matmul(_cholesky.t());
        var x = z * (z.square().mean([1], keepdim: true) + 1e-8).rsqrt();
        foreach (var (weight, bias) in _layers)
            x = nn.functional.leaky_relu(EqualizedLinear.Apply(x, weight, bias, _config.MappingLrMultiplier), LeakySlope) * Math.Sqrt(2);
        return x;
    }
}

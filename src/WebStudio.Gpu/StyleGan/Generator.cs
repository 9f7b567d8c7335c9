using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>A generator: its shape, the mapping z → w where it has one, and the synthesis network w → RGB.</summary>
public sealed class Generator : IDisposable
{
    private Generator(MappingNetwork? mapping, SynthesisNetwork synthesis, Tensor? wAvg) =>
        (Mapping, Synthesis, _ownWAvg) = (mapping, synthesis, wAvg);

    private readonly Tensor? _ownWAvg;

    /// <summary>Builds a generator from a checkpoint's tensors: <c>synthesis.*</c>, <c>mapping.*</c>, <c>gaussian.w_chol</c>.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="tensors">NVIDIA's names; copied.</param>
    /// <param name="context">Device and precision.</param>
    /// <exception cref="InvalidInputException">A tensor is missing or of another shape, or the network is of a kind that is not supported.</exception>
    public static Generator Create(GeneratorConfig config, IReadOnlyDictionary<string, Tensor> tensors, ComputeContext context)
    {
        var mapping = MappingNetwork.Create(config, tensors, context.Device);
        try
        {
            // A saved personalised network may have lost its mapping and kept only the mean code.
            var wAvg = mapping is null && tensors.ContainsKey("mapping.w_avg")
                ? new NetworkTensors(tensors, "mapping.", context.Device).Take("w_avg", config.WDim)
                : null;
            return new Generator(mapping, new SynthesisNetwork(config, tensors, context), wAvg);
        }
        catch
        {
            mapping?.Dispose();
            throw;
        }
    }

    /// <summary>Shape of the generator.</summary>
    public GeneratorConfig Config => Synthesis.Config;

    /// <summary>z → w; null for a network saved without one.</summary>
    public MappingNetwork? Mapping { get; }

    /// <summary>w → RGB.</summary>
    public SynthesisNetwork Synthesis { get; }

    /// <summary>Mean of w over the prior, [w_dim]; null where the checkpoint holds none. Do not dispose.</summary>
    public Tensor? WAvg => Mapping?.WAvg ?? _ownWAvg;

    /// <summary>Pictures for codes, without gradients.</summary>
    /// <param name="ws">[N, w_dim] or [N, num_ws, w_dim].</param>
    /// <param name="noise">Source of the noise maps.</param>
    /// <param name="stopAtResolution">Preview size; null for full size.</param>
    /// <returns>float32 [N, 3, H, W], about [−1, 1].</returns>
    /// <exception cref="ArgumentException">The codes have another shape, or the size is not one of the network's.</exception>
    public Tensor Render(Tensor ws, NoiseMode noise = NoiseMode.Const, int? stopAtResolution = null)
    {
        // Not inference_mode: its tensors could never take part in a loss, and a rendered picture often becomes a target.
        using var noGrad = no_grad();
        return Synthesis.Forward(ws.to(ScalarType.Float32, Synthesis.Context.Device), noise, stopAtResolution);
    }

    /// <summary>An independent copy, optionally for another device or precision.</summary>
    public Generator Clone(ComputeContext? context = null)
    {
        using var scope = NewDisposeScope();
        return Create(Config, References(), context ?? Synthesis.Context);
    }

    /// <summary>Copies of all tensors with their checkpoint names, on the CPU, outside every dispose scope: the caller disposes them.</summary>
    public IReadOnlyDictionary<string, Tensor> ToTensors()
    {
        using var noGrad = no_grad();
        return References().ToDictionary(t => t.Key, t => t.Value.detach().cpu().clone().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mapping?.Dispose();
        Synthesis.Dispose();
        _ownWAvg?.Dispose();
    }

    private Dictionary<string, Tensor> References()
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, tensor) in Synthesis.Parameters.Concat(Synthesis.Buffers))
            tensors[$"synthesis.{name}"] = tensor;
        foreach (var (name, tensor) in Mapping?.Tensors ?? new Dictionary<string, Tensor>())
            tensors[name] = tensor;
        if (_ownWAvg is not null)
            tensors["mapping.w_avg"] = _ownWAvg;
        return tensors;
    }
}

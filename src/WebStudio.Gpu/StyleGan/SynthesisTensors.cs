using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>Owns the tensors of one synthesis network while its layers are built: trainable parameters, noise buffers and derived constants.</summary>
internal sealed class SynthesisTensors(NetworkTensors source) : IDisposable
{
    private readonly Dictionary<string, Tensor> _constants = [];

    public SortedDictionary<string, Tensor> Parameters { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Tensor> Buffers { get; } = new(StringComparer.Ordinal);

    public Tensor Parameter(string name, params long[] shape) => Parameters[name] = source.Take(name, shape);

    public Tensor Buffer(string name, params long[] shape) => Buffers[name] = source.Take(name, shape);

    /// <summary>A constant several layers share, made once.</summary>
    public Tensor Constant(string name, Func<Tensor> make)
    {
        if (!_constants.TryGetValue(name, out var constant))
        {
            using var scope = NewDisposeScope();
            _constants[name] = constant = make().to(source.Device).DetachFromDisposeScope();
        }
        return constant;
    }

    public void Dispose()
    {
        foreach (var tensor in Parameters.Values.Concat(Buffers.Values).Concat(_constants.Values))
            tensor.Dispose();
    }
}

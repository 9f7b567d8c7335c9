using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>Takes a network's tensors out of a checkpoint by name, checked for shape, as float32 copies that belong to the taker.</summary>
internal sealed class NetworkTensors(IReadOnlyDictionary<string, Tensor> tensors, string prefix, Device device)
{
    public Device Device => device;

    /// <summary>Like <see cref="Read"/>, outside every dispose scope.</summary>
    public Tensor Take(string name, params long[] shape) => Read(name, shape).DetachFromDisposeScope();

    /// <summary>A float32 copy of <c>prefix + name</c> on the device, in the caller's dispose scope.</summary>
    /// <exception cref="InvalidInputException">The tensor is missing, of another shape or not of a floating type.</exception>
    public Tensor Read(string name, params long[] shape)
    {
        var expected = $"[{string.Join(", ", shape)}]";
        if (!tensors.TryGetValue(prefix + name, out var tensor))
            throw new InvalidInputException($"The network has no tensor {prefix}{name}; its shape would be {expected}.");
        // Exporters disagree on whether a scalar is [] or [1]; the count decides.
        var fits = tensor.shape.SequenceEqual(shape) || (shape.Length == 0 && tensor.numel() == 1);
        if (!fits || !tensor.is_floating_point())
            throw new InvalidInputException(
                $"{prefix}{name} is {tensor.dtype} [{string.Join(", ", tensor.shape)}]; a floating type of shape {expected} is needed.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32, device).reshape(shape).contiguous().clone().MoveToOuterDisposeScope();
    }
}

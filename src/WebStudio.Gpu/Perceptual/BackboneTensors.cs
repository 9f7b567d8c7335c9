using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Perceptual;

/// <summary>The weights of one imported network: taken by name with their shape checked, held on the device in its precision, applied as convolutions.</summary>
internal sealed class BackboneTensors(IReadOnlyDictionary<string, Tensor> file, string what, ComputeContext context) : IDisposable
{
    private readonly Dictionary<string, Tensor> _owned = new(StringComparer.Ordinal);

    /// <summary>Takes "<paramref name="name"/>.weight" [outputs, inputs, kernel, kernel] and "<paramref name="name"/>.bias" [outputs].</summary>
    public void TakeConvolution(string name, long outputs, long inputs, long kernel)
    {
        Take($"{name}.weight", [outputs, inputs, kernel, kernel]);
        Take($"{name}.bias", [outputs]);
    }

    /// <summary>Takes one tensor, in the caller's dispose scope until <see cref="Keep"/>.</summary>
    /// <exception cref="InvalidInputException">It is missing or has another shape.</exception>
    public Tensor Take(string name, long[] shape)
    {
        if (!file.TryGetValue(name, out var tensor))
            throw new InvalidInputException($"{what}: the tensor {name} is missing.");
        if (!tensor.shape.SequenceEqual(shape))
            throw new InvalidInputException($"{what}: {name} is [{string.Join(", ", tensor.shape)}]; expected [{string.Join(", ", shape)}].");
        return _owned[name] = tensor.detach().to(context.Precision, context.Device, copy: true).contiguous();
    }

    /// <summary>Everything fitted: the tensors outlive the scope they were taken in.</summary>
    public void Keep()
    {
        foreach (var tensor in _owned.Values)
            tensor.DetachFromDisposeScope();
    }

    /// <summary>relu(conv(x)) with the layer's kernel.</summary>
    public Tensor Convolve(string name, Tensor x, int stride = 1, int padding = 0) =>
        F.relu(F.conv2d(x, _owned[$"{name}.weight"], _owned[$"{name}.bias"], strides: [stride, stride], padding: [(long)padding, padding]));

    public void Dispose()
    {
        foreach (var tensor in _owned.Values)
            tensor.Dispose();
        _owned.Clear();
    }
}

using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>
/// Owns the fixed parameters of one face network, converted from the file's layout to PyTorch's and moved to the context's device and precision.
/// They take no gradient themselves; gradients flow through to the network's input.
/// </summary>
internal sealed class FaceNetworkParameters(FaceModelWeights weights, ComputeContext context) : IDisposable
{
    private readonly List<Tensor> _owned = [];

    /// <summary>Device the parameters live on.</summary>
    public Device Device => context.Device;

    /// <summary>Type of the parameters and of the activations.</summary>
    public ScalarType Precision => context.Precision;

    /// <summary>A vector, [n].</summary>
    public Tensor Vector(string name) => Keep(weights[name]);

    /// <summary>A fully connected layer's matrix as it is used by <c>x · M</c>, [in, out].</summary>
    public Tensor Matrix(string name) => Keep(weights[name]);

    /// <summary>Convolution filters, [out, in, height, width] from the file's [height, width, in, out].</summary>
    public Tensor Filters(string name) => Keep(weights[name].permute(3, 2, 0, 1));

    /// <summary>Depthwise filters for a convolution of <c>channels</c> groups, [channels, 1, height, width] from the file's [height, width, channels, 1].</summary>
    public Tensor DepthwiseFilters(string name) => Keep(weights[name].permute(2, 3, 0, 1));

    /// <summary>Takes ownership of a parameter computed from others (a folded scale, for one).</summary>
    public Tensor Keep(Tensor parameter)
    {
        var kept = parameter.detach().to(context.Precision, context.Device, copy: true).contiguous().DetachFromDisposeScope();
        _owned.Add(kept);
        return kept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _owned)
            tensor.Dispose();
        _owned.Clear();
    }
}

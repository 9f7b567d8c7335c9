using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>
/// Owns the fixed parameters of one face network, converted from the file's layout to PyTorch's and moved to the context's device and precision.
/// They take no gradient themselves; gradients flow through to the network's input.
/// </summary>
internal sealed class FaceNetworkParameters : IDisposable
{
    private readonly ComputeContext _context;
    private readonly List<Tensor> _owned = [];
    private FaceModelWeights? _file;

    private FaceNetworkParameters(FaceModelWeights file, ComputeContext context) => (_file, _context) = (file, context);

    /// <summary>Opens a model's file; <see cref="CloseFile"/> lets go of what was not taken over.</summary>
    /// <param name="model">Name of the model, such as <c>face_recognition_model</c>.</param>
    /// <param name="context">Device and precision of the parameters.</param>
    /// <param name="modelFolder">Folder of the models; null: <c>models/face-api</c> beside the application, where the build puts them.</param>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public static FaceNetworkParameters Read(string model, ComputeContext context, string? modelFolder) =>
        new(FaceModelWeights.Read(modelFolder ?? Path.Combine(AppContext.BaseDirectory, "models", "face-api"), model), context);

    /// <summary>The tensors as they lie in the file.</summary>
    public FaceModelWeights File => _file ?? throw new ObjectDisposedException(nameof(FaceModelWeights));

    /// <summary>Type of the parameters and of the activations.</summary>
    public ScalarType Precision => _context.Precision;

    /// <summary>A vector [n], or the matrix [in, out] of a fully connected layer: float32, because they end the networks.</summary>
    public Tensor Vector(string name) => Keep(File[name], name.StartsWith("fc", StringComparison.Ordinal) ? ScalarType.Float32 : Precision);

    /// <summary>Convolution filters, [out, in, height, width] from the file's [height, width, in, out].</summary>
    public Tensor Filters(string name) => Keep(File[name].permute(3, 2, 0, 1));

    /// <summary>Depthwise filters for a convolution of <c>channels</c> groups, [channels, 1, height, width] from the file's [height, width, channels, 1].</summary>
    public Tensor DepthwiseFilters(string name) => Keep(File[name].permute(2, 3, 0, 1));

    /// <summary>The colour mean (0-255) that the embedding, landmark, expression and age networks subtract, [1, 3, 1, 1] float32.</summary>
    public Tensor MeanRgb() => Keep(tensor((float[])[122.782f, 117.001f, 104.298f]).view(1, 3, 1, 1), ScalarType.Float32);

    /// <summary>Takes ownership of a copy of a parameter computed from others (a folded scale, for one).</summary>
    public Tensor Keep(Tensor parameter, ScalarType? type = null)
    {
        var kept = parameter.detach().to(type ?? Precision, _context.Device, copy: true).contiguous().DetachFromDisposeScope();
        _owned.Add(kept);
        return kept;
    }

    /// <summary>Frees the tensors of the file once the network is built.</summary>
    public void CloseFile()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseFile();
        foreach (var tensor in _owned)
            tensor.Dispose();
        _owned.Clear();
    }
}

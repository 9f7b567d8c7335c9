using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>face-api's 68-landmark network (iBUG numbering: jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, mouth 48-67).</summary>
internal sealed class FaceLandmarkNetwork : IDisposable
{
    /// <summary>Number of landmarks.</summary>
    public const int Count = 68;

    private readonly FaceNetworkParameters _parameters;
    private readonly FaceFeatureExtractor _trunk;
    private readonly Tensor _weights, _bias;

    /// <summary>Reads the weights.</summary>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public FaceLandmarkNetwork(ComputeContext context, string? modelFolder = null)
    {
        using var scope = NewDisposeScope();
        _parameters = FaceNetworkParameters.Read("face_landmark_68_model", context, modelFolder);
        _trunk = new FaceFeatureExtractor(_parameters);
        (_weights, _bias) = (_parameters.Vector("fc/weights"), _parameters.Vector("fc/bias"));
        _parameters.CloseFile();
    }

    /// <summary>Landmarks of face crops [N, 3, 112, 112] in [-1, 1]: [N, 68, 2], x then y, as fractions of the crop's side.</summary>
    public Tensor Forward(Tensor faces)
    {
        using var scope = NewDisposeScope();
        return (matmul(_trunk.Forward(faces), _weights) + _bias).view(-1, Count, 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _parameters.Dispose();
}

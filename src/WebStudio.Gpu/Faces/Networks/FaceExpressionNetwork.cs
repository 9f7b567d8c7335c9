using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>face-api's expression network; classes in order: neutral, happy, sad, angry, fearful, disgusted, surprised.</summary>
internal sealed class FaceExpressionNetwork : IDisposable
{
    private readonly FaceNetworkParameters _parameters;
    private readonly FaceFeatureExtractor _trunk;
    private readonly Tensor _weights, _bias;

    /// <summary>Reads the weights.</summary>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public FaceExpressionNetwork(ComputeContext context, string? modelFolder = null)
    {
        using var scope = NewDisposeScope();
        _parameters = FaceNetworkParameters.Read("face_expression_model", context, modelFolder);
        _trunk = new FaceFeatureExtractor(_parameters);
        (_weights, _bias) = (_parameters.Vector("fc/weights"), _parameters.Vector("fc/bias"));
        _parameters.CloseFile();
    }

    /// <summary>Logits (before the softmax, so that they do not saturate) of face crops [N, 3, 112, 112] in [-1, 1]: [N, 7].</summary>
    public Tensor Forward(Tensor faces)
    {
        using var scope = NewDisposeScope();
        return (matmul(_trunk.Forward(faces), _weights) + _bias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _parameters.Dispose();
}

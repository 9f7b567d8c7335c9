using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>The trunk that the landmark and the expression network share in shape (not in weights): four densely added blocks of separable convolutions, each halving the size.</summary>
internal sealed class FaceFeatureExtractor
{
    /// <summary>Side of the pictures it takes.</summary>
    public const int InputSize = 112;

    private readonly Tensor _meanRgb, _firstFilters, _firstBias;
    private readonly SeparableConvolution?[][] _blocks;
    private readonly ScalarType _precision;

    /// <summary>Takes its parameters from a network's; they stay there.</summary>
    public FaceFeatureExtractor(FaceNetworkParameters parameters)
    {
        _precision = parameters.Precision;
        _meanRgb = parameters.MeanRgb();
        _firstFilters = parameters.Filters("dense0/conv0/filters");
        _firstBias = parameters.Vector("dense0/conv0/bias");
        _blocks = [.. Enumerable.Range(0, 4).Select(b => Enumerable.Range(0, 4)
            .Select(c => b == 0 && c == 0 ? null : new SeparableConvolution(parameters, $"dense{b}/conv{c}")).ToArray())];
    }

    /// <summary>[N, 3, 112, 112] in [-1, 1] -> features [N, 256], float32.</summary>
    public Tensor Forward(Tensor faces)
    {
        FaceInput.Require(faces, InputSize);
        using var scope = NewDisposeScope();
        var x = FaceInput.ChannelsLast(FaceInput.Normalize(faces, _meanRgb).to(_precision));
        foreach (var block in _blocks)
        {
            var out1 = F.relu(block[0]?.Forward(x, stride: 2) ?? SamePadding.Convolve(x, _firstFilters, _firstBias, stride: 2));
            var sum = out1 + block[1]!.Forward(out1);
            sum = sum + block[2]!.Forward(F.relu(sum));
            sum = sum + block[3]!.Forward(F.relu(sum));
            x = F.relu(sum);
        }
        return x.to(ScalarType.Float32).mean([2, 3]).MoveToOuterDisposeScope(); // the 7 × 7 average pool covers the whole map
    }
}

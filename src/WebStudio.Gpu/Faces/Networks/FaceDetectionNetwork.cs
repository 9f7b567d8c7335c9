using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>face-api's detector: MobileNet v1 with single-shot detection heads on six scales.</summary>
internal sealed class FaceDetectionNetwork : IDisposable
{
    /// <summary>Side of the pictures it takes.</summary>
    public const int InputSize = 512;

    private static readonly int[] StridedPairs = [2, 4, 6, 12];

    // Sources of the six heads: conv 11 and 13 of the trunk, then every second extra layer.
    private readonly FaceNetworkParameters _parameters;
    private readonly Convolution _first;
    private readonly (Convolution Depthwise, Convolution Pointwise)[] _pairs;
    private readonly Convolution[] _extra;
    private readonly (Convolution Boxes, Convolution Classes)[] _heads;
    private readonly Tensor _anchors;

    /// <summary>Reads the weights.</summary>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public FaceDetectionNetwork(ComputeContext context, string? modelFolder = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var p = _parameters = FaceNetworkParameters.Read("ssd_mobilenetv1_model", context, modelFolder);
        Convolution Pointwise(string prefix, int i) =>
            new(p.Filters($"{prefix}/Conv2d_{i}_pointwise/weights"), p.Vector($"{prefix}/Conv2d_{i}_pointwise/convolution_bn_offset"));
        Convolution Head(int i, string kind) =>
            new(p.Filters($"Prediction/BoxPredictor_{i}/{kind}/weights"), p.Vector($"Prediction/BoxPredictor_{i}/{kind}/biases"));
        _first = Pointwise("MobilenetV1", 0);
        _pairs = [.. Enumerable.Range(1, 13).Select(i => (Depthwise(i), Pointwise("MobilenetV1", i)))];
        _extra = [.. Enumerable.Range(0, 8).Select(i => Pointwise("Prediction", i))];
        _heads = [.. Enumerable.Range(0, 6).Select(i => (Head(i, "BoxEncodingPredictor"), Head(i, "ClassPredictor")))];
        _anchors = p.File["Output/extra_dim"].view(-1, 4).to(context.Device, copy: true).DetachFromDisposeScope();
        p.CloseFile();
    }

    /// <summary>Boxes and scores of every anchor, before suppression.</summary>
    /// <param name="pictures">[N, 3, 512, 512] in [-1, 1].</param>
    /// <returns>Boxes [N, A, 4] as top, left, bottom, right in fractions of the side (they may reach outside), scores [N, A] in 0-1; float32.</returns>
    public (Tensor Boxes, Tensor Scores) Forward(Tensor pictures)
    {
        FaceInput.Require(pictures, InputSize);
        using var scope = NewDisposeScope();
        var x = Layer(_first, FaceInput.ChannelsLast(pictures.to(_parameters.Precision)), stride: 2);
        var sources = new List<Tensor>(6);
        for (var i = 1; i <= _pairs.Length; i++)
        {
            x = Layer(_pairs[i - 1].Depthwise, x, StridedPairs.Contains(i) ? 2 : 1, groups: x.shape[1]);
            x = Layer(_pairs[i - 1].Pointwise, x);
            if (i is 11 or 13)
                sources.Add(x);
        }
        for (var i = 0; i < _extra.Length; i++)
        {
            x = Layer(_extra[i], x, stride: i % 2 == 1 ? 2 : 1);
            if (i % 2 == 1)
                sources.Add(x);
        }
        var boxes = cat([.. sources.Select((s, i) => Rows(_heads[i].Boxes, s, 4))], 1);
        var classes = cat([.. sources.Select((s, i) => Rows(_heads[i].Classes, s, 3))], 1);
        return (Decode(boxes).MoveToOuterDisposeScope(), classes.select(2, 1).sigmoid().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.Dispose();
        _anchors.Dispose();
    }

    private static Tensor Layer(Convolution c, Tensor x, int stride = 1, long groups = 1) => SamePadding.Convolve(x, c.Filters, c.Bias, stride, groups).clamp_(0, 6);

    /// <summary>A head's output [N, k·a, H, W] as rows [N, H·W·a, k].</summary>
    private static Tensor Rows(Convolution head, Tensor x, long k) =>
        SamePadding.Convolve(x, head.Filters, head.Bias).permute(0, 2, 3, 1).reshape(x.shape[0], -1, k).to(ScalarType.Float32);

    /// <summary>Offsets and log sizes relative to the anchors, with the variances 10 and 5 of the SSD box coder.</summary>
    private Tensor Decode(Tensor encoded)
    {
        var (low, high) = (_anchors.narrow(1, 0, 2), _anchors.narrow(1, 2, 2));
        var size = high - low;
        var centre = encoded.narrow(2, 0, 2) / 10 * size + (low + high) / 2;
        var half = (encoded.narrow(2, 2, 2) / 5).exp() * size / 2;
        return cat([centre - half, centre + half], 2);
    }

    /// <summary>Batch normalisation at inference is a scale and a shift, folded into the filters.</summary>
    private Convolution Depthwise(int i)
    {
        var prefix = $"MobilenetV1/Conv2d_{i}_depthwise/";
        var file = _parameters.File;
        var scale = file[prefix + "BatchNorm/gamma"] / (file[prefix + "BatchNorm/moving_variance"] + 0.001).sqrt();
        var filters = file[prefix + "depthwise_weights"].permute(2, 3, 0, 1) * scale.view(-1, 1, 1, 1);
        return new(_parameters.Keep(filters), _parameters.Keep(file[prefix + "BatchNorm/beta"] - file[prefix + "BatchNorm/moving_mean"] * scale));
    }

    private readonly record struct Convolution(Tensor Filters, Tensor Bias);
}

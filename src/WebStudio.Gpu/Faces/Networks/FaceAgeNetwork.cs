using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>face-api's age and gender network (a small Xception).</summary>
internal sealed class FaceAgeNetwork : IDisposable
{
    private readonly FaceNetworkParameters _parameters;
    private readonly Tensor _meanRgb, _inFilters, _inBias, _ageWeights, _ageBias, _genderWeights, _genderBias;
    private readonly Reduction _entry0, _entry1, _exit;
    private readonly SeparableConvolution[][] _middle;
    private readonly SeparableConvolution _last;

    /// <summary>Reads the weights.</summary>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public FaceAgeNetwork(ComputeContext context, string? modelFolder = null)
    {
        using var scope = NewDisposeScope();
        var p = _parameters = FaceNetworkParameters.Read("age_gender_model", context, modelFolder);
        _meanRgb = p.MeanRgb();
        (_inFilters, _inBias) = (p.Filters("entry_flow/conv_in/filters"), p.Vector("entry_flow/conv_in/bias"));
        _entry0 = new Reduction(p, "entry_flow/reduction_block_0");
        _entry1 = new Reduction(p, "entry_flow/reduction_block_1");
        _middle = [.. Enumerable.Range(0, 2).Select(b => Enumerable.Range(0, 3)
            .Select(c => new SeparableConvolution(p, $"middle_flow/main_block_{b}/separable_conv{c}")).ToArray())];
        _exit = new Reduction(p, "exit_flow/reduction_block");
        _last = new SeparableConvolution(p, "exit_flow/separable_conv");
        (_ageWeights, _ageBias) = (p.Vector("fc/age/weights"), p.Vector("fc/age/bias"));
        (_genderWeights, _genderBias) = (p.Vector("fc/gender/weights"), p.Vector("fc/gender/bias"));
        p.CloseFile();
    }

    /// <summary>Of face crops [N, 3, 112, 112] in [-1, 1]: age in years [N], and gender logits [N, 2] (male, female), both float32.</summary>
    public (Tensor Age, Tensor Gender) Forward(Tensor faces)
    {
        FaceInput.Require(faces, FaceFeatureExtractor.InputSize);
        using var scope = NewDisposeScope();
        var x = FaceInput.ChannelsLast(FaceInput.Normalize(faces, _meanRgb).to(_parameters.Precision));
        x = F.relu(SamePadding.Convolve(x, _inFilters, _inBias, stride: 2));
        x = _entry0.Forward(x, activateInput: false);
        x = _entry1.Forward(x);
        foreach (var block in _middle)
            x = block.Aggregate(x, (y, convolution) => convolution.Forward(F.relu(y))) + x;
        x = F.relu(_last.Forward(_exit.Forward(x)));
        var pooled = x.to(ScalarType.Float32).mean([2, 3]);
        return ((matmul(pooled, _ageWeights) + _ageBias).squeeze(1).MoveToOuterDisposeScope(), (matmul(pooled, _genderWeights) + _genderBias).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => _parameters.Dispose();

    /// <summary>Two separable convolutions and a max pool beside a strided 1 × 1 convolution.</summary>
    private sealed class Reduction(FaceNetworkParameters parameters, string name)
    {
        private readonly SeparableConvolution _first = new(parameters, name + "/separable_conv0");
        private readonly SeparableConvolution _second = new(parameters, name + "/separable_conv1");
        private readonly Tensor _filters = parameters.Filters(name + "/expansion_conv/filters");
        private readonly Tensor _bias = parameters.Vector(name + "/expansion_conv/bias");

        public Tensor Forward(Tensor x, bool activateInput = true)
        {
            var y = _first.Forward(activateInput ? F.relu(x) : x);
            y = SamePadding.MaxPool(_second.Forward(F.relu(y)), kernel: 3, stride: 2);
            return y + SamePadding.Convolve(x, _filters, _bias, stride: 2);
        }
    }
}

using TorchSharp;
using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.StyleGan;

/// <summary>
/// Modulated 3×3 convolution (StyleGAN2 section 2.2), noise, bias, leaky ReLU with gain √2 and clamp. The modulation scales the input maps and the
/// demodulation scales the output maps, so one convolution with shared weights serves the whole batch.
/// </summary>
internal sealed class SynthesisLayer
{
    private const double LeakySlope = 0.2;
    private static readonly double Gain = Math.Sqrt(2);
    private readonly int _in, _out, _resolution;
    private readonly bool _up;
    private readonly double? _clamp;
    private readonly ComputeContext _context;
    private readonly Tensor _affineWeight, _affineBias, _weight, _bias, _noiseStrength, _noiseConst;
    private readonly int _foldedSize;
    private readonly Tensor? _foldMatrix;

    public SynthesisLayer(SynthesisTensors tensors, string prefix, int inChannels, int outChannels, int resolution, bool up, GeneratorConfig config, ComputeContext context)
    {
        (_in, _out, _resolution, _up, _clamp, _context) = (inChannels, outChannels, resolution, up, config.ConvClamp, context);
        _affineWeight = tensors.Parameter($"{prefix}.affine.weight", inChannels, config.WDim);
        _affineBias = tensors.Parameter($"{prefix}.affine.bias", inChannels);
        _weight = tensors.Parameter($"{prefix}.weight", outChannels, inChannels, 3, 3);
        _bias = tensors.Parameter($"{prefix}.bias", outChannels);
        _noiseStrength = tensors.Parameter($"{prefix}.noise_strength");
        _noiseConst = tensors.Buffer($"{prefix}.noise_const", resolution, resolution);
        if (up)
        {
            var filter = new ResampleFilter(config.ResampleFilter);
            _foldedSize = filter.FoldedSize;
            _foldMatrix = tensors.Constant("fold", filter.FoldMatrix);
        }
    }

    /// <summary>x [N, in, H, W] in the context's precision, w [N, w_dim] → [N, out, H, W], or twice the side where the layer up-samples.</summary>
    public Tensor Forward(Tensor x, Tensor w, NoiseMode noise, torch.Generator? random)
    {
        using var scope = NewDisposeScope();
        var styles = EqualizedLinear.Apply(w, _affineWeight, _affineBias);                               // [N, in]
        var energy = _weight.square().sum([2, 3]);                                                       // [out, in]
        // Leaky ReLU is positively homogeneous: its gain √2 goes into demodulation, noise and bias, which are tiny, instead of a pass over the maps.
        var demodulation = (styles.square().matmul(energy.t()) + 1e-8).rsqrt() * Gain;                   // [N, out]
        var y = Convolve(x * styles.to(_context.Precision).view(-1, _in, 1, 1));
        var offset = (_bias * Gain).view(1, _out, 1, 1);
        if (noise != NoiseMode.None)
            offset = offset + Noise(noise, y.shape[0], random) * (_noiseStrength * Gain);
        y = addcmul(offset.to(_context.Precision), y, demodulation.to(_context.Precision).view(-1, _out, 1, 1), 1);
        y = F.leaky_relu(y, LeakySlope);
        if (_clamp is { } clamp)
            y = y.clamp(-clamp, clamp);
        return y.MoveToOuterDisposeScope();
    }

    private Tensor Convolve(Tensor x)
    {
        if (!_up)
            return F.conv2d(x, _weight.to(_context.Precision), padding: [1, 1]);
        var size = _foldedSize;
        var folded = _weight.view(_out * _in, 9).matmul(_foldMatrix!).view(_out, _in, 4, size * size)
            .permute(0, 2, 1, 3).reshape(_out * 4, _in, size, size).to(_context.Precision);
        return F.pixel_shuffle(F.conv2d(x, folded, padding: [size / 2, size / 2]), 2);
    }

    private Tensor Noise(NoiseMode mode, long count, torch.Generator? random) => mode == NoiseMode.Const
        ? _noiseConst.view(1, 1, _resolution, _resolution)
        : randn([count, 1, _resolution, _resolution], dtype: ScalarType.Float32, device: _context.Device, generator: random);
}

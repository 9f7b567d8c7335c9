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
    private readonly Tensor _weight, _bias, _noiseStrength, _noiseConst, _halves, _halfEpsilon;
    private readonly ResampleFilter _filter;
    private readonly Tensor? _lowPass;
    private Prepared? _frozen;

    public SynthesisLayer(SynthesisTensors tensors, string prefix, int inChannels, int outChannels, int resolution, bool up, GeneratorConfig config, ComputeContext context)
    {
        (_in, _out, _resolution, _up, _clamp, _context) = (inChannels, outChannels, resolution, up, config.ConvClamp, context);
        Affine = new StyleAffine(tensors, prefix, inChannels, config.WDim);
        _weight = tensors.Parameter($"{prefix}.weight", outChannels, inChannels, 3, 3);
        _bias = tensors.Parameter($"{prefix}.bias", outChannels);
        _noiseStrength = tensors.Parameter($"{prefix}.noise_strength");
        _noiseConst = tensors.Buffer($"{prefix}.noise_const", resolution, resolution);
        _halves = tensors.Constant("halves", () => full(9, 0.5f));
        _halfEpsilon = tensors.Constant("half epsilon", () => full(1, 0.5e-8f));
        _filter = new ResampleFilter(config.ResampleFilter);
        if (up)
            _lowPass = tensors.Constant($"filter{outChannels}", () => _filter.DepthwiseKernel(outChannels).to(context.Precision));
    }

    /// <summary>Gives the styles for <see cref="Forward"/>.</summary>
    public StyleAffine Affine { get; }

    /// <summary>What a call derives from the weights alone.</summary>
    /// <param name="Kernel">The weights as the convolution takes them.</param>
    /// <param name="Energy">Half the squared norm per pair of maps, [in, out], for the demodulation.</param>
    /// <param name="Bias">Bias times gain, [1, out, 1, 1].</param>
    /// <param name="Noisy">False where the noise strength is known to be 0 and to stay so.</param>
    private sealed record Prepared(Tensor Kernel, Tensor Energy, Tensor Bias, bool Noisy);

    /// <summary>x [N, in, H, W] in the context's precision, styles [N, in] → [N, out, H, W], or twice the side where the layer up-samples.</summary>
    public Tensor Forward(Tensor x, Tensor styles, NoiseMode noise, torch.Generator? random)
    {
        using var scope = NewDisposeScope();
        var prepared = _frozen ?? Prepare();
        // Leaky ReLU is positively homogeneous: its gain √2 goes into demodulation, noise and bias, which are tiny, instead of a pass over the maps.
        // √2 / √(Σ + ε) = 1 / √(Σ/2 + ε/2).
        var demodulation = addmm(_halfEpsilon, styles.square(), prepared.Energy, 1, 1).rsqrt_();                    // [N, out]
        Tensor y;
        if (FoldsIntoWeights(x))
            y = Convolve(x, Modulated(prepared.Kernel, styles, demodulation), prepared.Bias.view(-1));
        else
            y = addcmul(prepared.Bias, Convolve(x * PerMap(styles), prepared.Kernel), PerMap(demodulation), 1);
        if (noise != NoiseMode.None && prepared.Noisy)
            y = y.add_((Noise(noise, y.shape[0], random) * (_noiseStrength * Gain)).to(_context.Precision));
        y = F.leaky_relu(y, LeakySlope, inplace: true);
        if (_clamp is { } clamp)
            y = is_grad_enabled() ? y.clamp(-clamp, clamp) : y.clamp_(-clamp, clamp);
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>Keeps what derives from the weights until <see cref="Thaw"/>: they are not read again.</summary>
    public void Freeze()
    {
        if (_frozen is not null)
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var prepared = Prepare();
        // In the memory order the convolution wants, which is worth a copy only once.
        var kernel = _up ? prepared.Kernel.contiguous() : MemoryOrder.ChannelsLast(prepared.Kernel);
        _frozen = new Prepared(kernel.DetachFromDisposeScope(), prepared.Energy.contiguous().DetachFromDisposeScope(), prepared.Bias.DetachFromDisposeScope(),
            _noiseStrength.item<float>() != 0);
    }

    /// <summary>Undoes <see cref="Freeze"/>.</summary>
    public void Thaw()
    {
        _frozen?.Kernel.Dispose();
        _frozen?.Energy.Dispose();
        _frozen?.Bias.Dispose();
        _frozen = null;
    }

    private Prepared Prepare()
    {
        var kernel = _weight.to(_context.Precision);
        // Σ over the 9 taps as a matrix product: twice as fast as a reduction over so short an axis.
        var energy = _weight.square().view(-1, 9).matmul(_halves).view(_out, _in).t();
        // Reading the strength back is free on the CPU only; a GPU would have to wait for it.
        var silent = _context.Device.type == DeviceType.CPU && !_noiseStrength.requires_grad && _noiseStrength.item<float>() == 0;
        return new Prepared(_up ? kernel.transpose(0, 1) : kernel, energy, PerMap(_bias * Gain), !silent);
    }

    /// <summary>
    /// One picture has one modulated kernel. Where the maps outweigh it, scaling the kernel saves two passes over them (a sixth of the time at 1024 px).
    /// With gradients it would cost more than it saves.
    /// </summary>
    private bool FoldsIntoWeights(Tensor x) => x.shape[0] == 1 && !is_grad_enabled() && 9L * _in * _out < (long)_out * _resolution * _resolution / 2;

    private Tensor Modulated(Tensor kernel, Tensor styles, Tensor demodulation)
    {
        var factors = _up ? styles.t() * demodulation : demodulation.t() * styles;
        return kernel * factors.to(_context.Precision).view(kernel.shape[0], kernel.shape[1], 1, 1);
    }

    private Tensor Convolve(Tensor x, Tensor kernel, Tensor? bias = null)
    {
        if (!_up)
            return F.conv2d(x, kernel, bias, padding: [1, 1]);
        // Transposed convolution, then the low-pass: measured 2-3 times faster than folding both into one convolution with four times the maps,
        // and one 4×4 pass over the maps no slower than a 4×1 and a 1×4 pass.
        var y = F.conv_transpose2d(x, kernel, strides: [2, 2]);
        return F.conv2d(y, _lowPass!, bias, padding: [_filter.Padding, _filter.Padding], groups: _out);
    }

    /// <summary>One factor per map, [C] or [N, C] → [1 or N, C, 1, 1] in the context's precision.</summary>
    private Tensor PerMap(Tensor factors) => factors.to(_context.Precision).view(factors.dim() == 1 ? 1 : factors.shape[0], -1, 1, 1);

    private Tensor Noise(NoiseMode mode, long count, torch.Generator? random) => mode == NoiseMode.Const
        ? _noiseConst.view(1, 1, _resolution, _resolution)
        : randn([count, 1, _resolution, _resolution], dtype: ScalarType.Float32, device: _context.Device, generator: random);
}

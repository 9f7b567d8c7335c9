using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>1×1 modulated convolution without demodulation to the RGB skip image (StyleGAN2 section 3.2).</summary>
internal sealed class ToRgbLayer(SynthesisTensors tensors, string prefix, int channels, GeneratorConfig config, ComputeContext context)
{
    private readonly Tensor _weight = tensors.Parameter($"{prefix}.weight", config.ImgChannels, channels, 1, 1);
    private readonly Tensor _bias = tensors.Parameter($"{prefix}.bias", config.ImgChannels);

    /// <summary>Gives the styles for <see cref="Forward"/>; they carry the convolution's weight gain 1/√C.</summary>
    public StyleAffine Affine { get; } = new(tensors, prefix, channels, config.WDim, gain: 1 / Math.Sqrt(channels));

    /// <summary>x [N, C, H, W], styles [N, C] → float32 [N, 3, H, W].</summary>
    public Tensor Forward(Tensor x, Tensor styles)
    {
        using var scope = NewDisposeScope();
        // Three output maps only: modulating the weights per sample is cheaper than a pass over x. Pixels are rows, as they lie in memory.
        var kernels = (_weight.view(1, -1, channels) * styles.unsqueeze(1)).to(context.Precision);                               // [N, 3, C]
        var pixels = x.permute(0, 2, 3, 1).reshape(x.shape[0], -1, channels);                                    // [N, H·W, C]
        // From three values a pixel to three planes while they are still small: everything after runs over long rows.
        var planes = pixels.matmul(kernels.transpose(1, 2)).transpose(1, 2).contiguous().to(ScalarType.Float32);
        var rgb = planes.view(x.shape[0], -1, x.shape[2], x.shape[3]) + _bias.view(1, -1, 1, 1);
        if (config.ConvClamp is { } clamp)
            rgb = rgb.clamp(-clamp, clamp);
        return rgb.MoveToOuterDisposeScope();
    }
}

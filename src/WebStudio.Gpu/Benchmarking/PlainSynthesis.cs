using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Benchmarking;

/// <summary>
/// The synthesis network as the papers write it and the official reference path computes it: weights modulated per sample and run as one grouped
/// convolution, ×2 up-sampling by inserting zeros and filtering with the full two-dimensional kernel, bias, activation, gain and clamp one after
/// another, float32. Slow on purpose: the yardstick of the benchmarks and an independent oracle for <see cref="SynthesisNetwork"/>.
/// </summary>
internal sealed class PlainSynthesis
{
    private readonly GeneratorConfig _config;
    private readonly IReadOnlyDictionary<string, Tensor> _parameters, _buffers;
    private readonly Device _device;

    /// <summary>Shares the tensors of <paramref name="network"/>, so gradients arrive there.</summary>
    public PlainSynthesis(SynthesisNetwork network) =>
        (_config, _parameters, _buffers, _device) = (network.Config, network.Parameters, network.Buffers, network.Context.Device);

    /// <summary>ws [N, w_dim] or [N, num_ws, w_dim] → [N, 3, H, W].</summary>
    public Tensor Forward(Tensor ws, NoiseMode noise = NoiseMode.Const)
    {
        using var scope = NewDisposeScope();
        if (ws.dim() == 2)
            ws = ws.unsqueeze(1).repeat(1, _config.NumWs, 1);
        var x = _parameters["b4.const"].unsqueeze(0).repeat(ws.shape[0], 1, 1, 1);
        Tensor? image = null;
        var layer = 0;
        for (var r = 4; r <= _config.ImgResolution; r *= 2)
        {
            if (r > 4)
                x = Layer($"b{r}.conv0", x, ws.select(1, layer++), up: true, noise);
            x = Layer($"b{r}.conv1", x, ws.select(1, layer++), up: false, noise);
            var rgb = ToRgb($"b{r}.torgb", x, ws.select(1, layer));
            image = image is null ? rgb : Upsample(image) + rgb;
        }
        return image!.MoveToOuterDisposeScope();
    }

    private Tensor Layer(string name, Tensor x, Tensor w, bool up, NoiseMode noise)
    {
        var y = ModulatedConv2d(x, _parameters[$"{name}.weight"], Affine(name, w), up, demodulate: true);
        var map = noise switch
        {
            NoiseMode.Const => _buffers[$"{name}.noise_const"],
            NoiseMode.Random => randn([x.shape[0], 1, y.shape[2], y.shape[3]], device: _device),
            _ => null,
        };
        if (map is not null)
            y = y + map * _parameters[$"{name}.noise_strength"];
        y = y + _parameters[$"{name}.bias"].view(1, -1, 1, 1);
        y = F.leaky_relu(y, 0.2);
        y = y * Math.Sqrt(2);
        return Clamp(y);
    }

    private Tensor ToRgb(string name, Tensor x, Tensor w)
    {
        var styles = Affine(name, w) * (1 / Math.Sqrt(x.shape[1]));
        var y = ModulatedConv2d(x, _parameters[$"{name}.weight"], styles, up: false, demodulate: false);
        return Clamp(y + _parameters[$"{name}.bias"].view(1, -1, 1, 1));
    }

    private Tensor Clamp(Tensor y) => _config.ConvClamp is { } clamp ? y.clamp(-clamp, clamp) : y;

    private Tensor Affine(string name, Tensor w) =>
        F.linear(w, _parameters[$"{name}.affine.weight"] * (1 / Math.Sqrt(_config.WDim)), _parameters[$"{name}.affine.bias"]);

    private Tensor ModulatedConv2d(Tensor x, Tensor weight, Tensor styles, bool up, bool demodulate)
    {
        var (n, outputs, inputs, k) = (x.shape[0], weight.shape[0], weight.shape[1], weight.shape[2]);
        var w = weight.unsqueeze(0) * styles.view(n, 1, inputs, 1, 1);
        if (demodulate)
            w = w * (w.square().sum([2, 3, 4]) + 1e-8).rsqrt().view(n, outputs, 1, 1, 1);
        x = x.reshape(1, n * inputs, x.shape[2], x.shape[3]);
        Tensor y;
        if (up)
        {
            var transposed = w.transpose(1, 2).reshape(n * inputs, outputs, k, k);
            y = F.conv_transpose2d(x, transposed, strides: [2, 2], groups: n);
            var taps = _config.ResampleFilter.Count;
            y = UpFirDn(y, up: 1, before: (taps + 1) / 2 - 1, after: FloorHalf(taps - 2), gain: 4);
        }
        else
            y = F.conv2d(x, w.reshape(n * outputs, inputs, k, k), padding: [k / 2, k / 2], groups: n);
        return y.reshape(n, outputs, y.shape[2], y.shape[3]);
    }

    private Tensor Upsample(Tensor image)
    {
        var taps = _config.ResampleFilter.Count;
        return UpFirDn(image, up: 2, before: (taps + 1) / 2, after: FloorHalf(taps - 2), gain: 4);
    }

    /// <summary>Insert zeros, pad (or crop), convolve every channel with the two-dimensional filter.</summary>
    private Tensor UpFirDn(Tensor x, int up, int before, int after, double gain)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        x = F.pad(x.reshape(n, c, h, 1, w, 1), [0, up - 1, 0, 0, 0, up - 1]).reshape(n, c, h * up, w * up);
        x = F.pad(x, [before, after, before, after]);
        var taps = tensor(_config.ResampleFilter.Select(t => (float)t).ToArray()).to(_device);
        var filter = taps.outer(taps);
        // Convolution, not correlation: the kernel is flipped.
        var kernel = (filter * (gain / filter.sum())).flip(0, 1).view(1, 1, taps.shape[0], taps.shape[0]).repeat(c, 1, 1, 1);
        return F.conv2d(x, kernel, groups: c);
    }

    private static int FloorHalf(int value) => (int)Math.Floor(value / 2.0);
}

using TorchSharp;
using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>One resolution of the synthesis network.</summary>
/// <param name="Resolution">Side in pixels.</param>
/// <param name="Features">Feature maps that leave the block, [N, C, Resolution, Resolution], in the context's precision.</param>
/// <param name="Image">The RGB image so far, float32 [N, 3, Resolution, Resolution]: the preview at this size.</param>
public readonly record struct BlockOutput(int Resolution, Tensor Features, Tensor Image);

/// <summary>
/// StyleGAN2's synthesis network (skip architecture, arXiv 1912.04958): style codes → RGB in about [−1, 1]. Parameters carry NVIDIA's names
/// (<c>b8.conv0.weight</c>, …), are float32 masters, and receive gradients after <see cref="RequireGrad"/>(true); convolutions run in the
/// context's precision. Thread-safe for rendering, not while parameters change.
/// </summary>
public sealed class SynthesisNetwork : IDisposable
{
    /// <summary>Up to this side a dense matrix product beats a convolution for the RGB image (measured, 2 cores: 2.5 against 5.6 ms at 64 px, batch 8).</summary>
    private const int LargestMatrixUpsample = 128;

    private readonly SynthesisTensors _tensors;
    private readonly Tensor _const;
    private readonly List<(int Resolution, SynthesisLayer? Conv0, SynthesisLayer Conv1, ToRgbLayer ToRgb)> _blocks = [];
    private readonly ResampleFilter _filter;
    private StyleAffine.Bank? _bank;

    /// <summary>Builds the network from copies of <paramref name="tensors"/>.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="tensors">NVIDIA's names, with <paramref name="prefix"/> in front; anything else in the dictionary is ignored.</param>
    /// <param name="context">Device and precision.</param>
    /// <param name="prefix"><c>synthesis.</c> inside a generator, empty for a saved synthesis network.</param>
    /// <exception cref="InvalidInputException">The shape is not one of StyleGAN2's, or a tensor is missing, of another shape or not of a floating type.</exception>
    public SynthesisNetwork(GeneratorConfig config, IReadOnlyDictionary<string, Tensor> tensors, ComputeContext context, string prefix = "synthesis.")
    {
        Check(config);
        (Config, Context) = (config, context);
        _filter = new ResampleFilter(config.ResampleFilter);
        _tensors = new SynthesisTensors(new NetworkTensors(tensors, prefix, context.Device));
        try
        {
            _const = _tensors.Parameter("b4.const", config.Channels[4], 4, 4);
            for (var r = 4; r <= config.ImgResolution; r *= 2)
            {
                var channels = config.Channels[r];
                var conv0 = r == 4 ? null : new SynthesisLayer(_tensors, $"b{r}.conv0", config.Channels[r / 2], channels, r, true, config, context);
                var conv1 = new SynthesisLayer(_tensors, $"b{r}.conv1", channels, channels, r, false, config, context);
                _blocks.Add((r, conv0, conv1, new ToRgbLayer(_tensors, $"b{r}.torgb", channels, config, context)));
            }
        }
        catch
        {
            _tensors.Dispose();
            throw;
        }
    }

    /// <summary>Shape of the network.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Device and precision.</summary>
    public ComputeContext Context { get; }

    /// <summary>Trainable tensors by NVIDIA's name without prefix; change their values in place, do not dispose.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _tensors.Parameters;

    /// <summary>The fixed noise maps <c>*.noise_const</c>, [H, W]; do not dispose.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => _tensors.Buffers;

    /// <summary>Pictures for codes.</summary>
    /// <param name="ws">[N, w_dim] (every layer takes the same row) or [N, num_ws, w_dim].</param>
    /// <param name="noise">Source of the noise maps.</param>
    /// <param name="stopAtResolution">Stop after the block of this size (4, 8, …) for a quick preview; null for full size.</param>
    /// <param name="random">Random source for <see cref="NoiseMode.Random"/>; null for the global one.</param>
    /// <returns>float32 [N, 3, H, W], about [−1, 1], not clamped.</returns>
    /// <exception cref="ArgumentException">The codes have another shape, or the size is not one of the network's.</exception>
    public Tensor Forward(Tensor ws, NoiseMode noise = NoiseMode.Const, int? stopAtResolution = null, torch.Generator? random = null)
    {
        using var scope = NewDisposeScope();
        Tensor? image = null;
        foreach (var block in Blocks(ws, noise, stopAtResolution, random))
            image = block.Image;
        return image!.MoveToOuterDisposeScope();
    }

    /// <summary>Like <see cref="Forward"/>, with feature maps and image of every block from 4×4 upwards.</summary>
    /// <exception cref="ArgumentException">The codes have another shape, or the size is not one of the network's.</exception>
    public IReadOnlyList<BlockOutput> ForwardBlocks(Tensor ws, NoiseMode noise = NoiseMode.Const, int? stopAtResolution = null, torch.Generator? random = null)
    {
        using var scope = NewDisposeScope();
        var blocks = Blocks(ws, noise, stopAtResolution, random).ToList();
        foreach (var block in blocks)
        {
            block.Features.MoveToOuterDisposeScope();
            block.Image.MoveToOuterDisposeScope();
        }
        return blocks;
    }

    /// <summary>
    /// Declares the parameters final: weights are cast and reduced once instead of for every call, which halves the time of a single small picture.
    /// Gradients to codes still flow. Parameters changed while frozen are not seen until <see cref="Thaw"/>; switching gradients on and
    /// <see cref="CopyTo"/> into this network thaw it by themselves.
    /// </summary>
    public void Freeze()
    {
        RequireGrad(false);
        foreach (var layer in Layers)
            layer.Freeze();
        _bank ??= new StyleAffine.Bank(Layers.Select(l => l.Affine).Concat(_blocks.Select(b => b.ToRgb.Affine)), Config.WDim);
    }

    /// <summary>Undoes <see cref="Freeze"/>.</summary>
    public void Thaw()
    {
        foreach (var layer in Layers)
            layer.Thaw();
        _bank?.Dispose();
        _bank = null;
    }

    /// <summary>Switches gradients of all parameters on or off.</summary>
    public void RequireGrad(bool on)
    {
        if (on)
            Thaw();
        foreach (var parameter in Parameters.Values)
            parameter.requires_grad_(on);
    }

    /// <summary>Writes this network's values into another of the same shape.</summary>
    /// <exception cref="ArgumentException">The other network lacks a tensor or has another shape.</exception>
    public void CopyTo(SynthesisNetwork other)
    {
        using var noGrad = no_grad();
        other.Thaw();
        foreach (var (name, tensor) in Parameters.Concat(Buffers))
        {
            if (!(other.Parameters.TryGetValue(name, out var target) || other.Buffers.TryGetValue(name, out target)) || !target.shape.SequenceEqual(tensor.shape))
                throw new ArgumentException($"The other network has no {name} [{string.Join(", ", tensor.shape)}].", nameof(other));
            target.copy_(tensor);
        }
    }

    /// <summary>An independent copy; its parameters do not require gradients. Optionally for another device or precision.</summary>
    public SynthesisNetwork Clone(ComputeContext? context = null) =>
        new(Config, Parameters.Concat(Buffers).ToDictionary(), context ?? Context, "");

    /// <inheritdoc/>
    public void Dispose()
    {
        Thaw();
        _tensors.Dispose();
    }

    private IEnumerable<SynthesisLayer> Layers => _blocks.SelectMany(b => b.Conv0 is null ? [b.Conv1] : new[] { b.Conv0, b.Conv1 });

    private IEnumerable<BlockOutput> Blocks(Tensor ws, NoiseMode noise, int? stopAtResolution, torch.Generator? random)
    {
        var plus = ws.dim() == 3;
        if (ws.shape[^1] != Config.WDim || !(ws.dim() == 2 || (plus && ws.shape[1] == Config.NumWs)))
            throw new ArgumentException($"Codes are [{string.Join(", ", ws.shape)}]; [N, {Config.WDim}] or [N, {Config.NumWs}, {Config.WDim}] is expected.", nameof(ws));
        var last = stopAtResolution ?? Config.ImgResolution;
        if (!Config.Channels.ContainsKey(last))
            throw new ArgumentException($"The network has no block of {last} px; it has {string.Join(", ", Config.Channels.Keys.Order())}.", nameof(stopAtResolution));

        var styles = Styles(ws);
        Tensor? image = null;
        var layer = 0;
        var x = MemoryOrder.ChannelsLast(_const.to(Context.Precision).unsqueeze(0)).expand(ws.shape[0], -1, -1, -1);
        foreach (var (resolution, conv0, conv1, toRgb) in _blocks)
        {
            if (conv0 is not null)
                x = conv0.Forward(x, styles(conv0.Affine, layer++), noise, random);
            x = conv1.Forward(x, styles(conv1.Affine, layer++), noise, random);
            // The RGB layer shares its style row with the next block's first convolution.
            var rgb = toRgb.Forward(x, styles(toRgb.Affine, layer));
            image = image is null ? rgb : Upsample(image) + rgb;
            yield return new BlockOutput(resolution, x, image);
            if (resolution == last)
                yield break;
        }
    }

    /// <summary>How a layer gets its styles: from its own row of W+, or, where all share one row and the weights are final, from one product for all.</summary>
    private Func<StyleAffine, int, Tensor> Styles(Tensor ws)
    {
        if (_bank is { } bank && ws.dim() == 2)
        {
            var all = bank.Apply(ws);
            return (affine, _) => bank.Of(affine, all);
        }
        // The equalised learning rate (StyleGAN section 2), once for all layers.
        var scaled = ws * (1 / Math.Sqrt(Config.WDim));
        return (affine, row) => affine.Apply(ws.dim() == 3 ? scaled.select(1, row) : scaled);
    }

    private Tensor Upsample(Tensor image)
    {
        var n = image.shape[2];
        if (n <= LargestMatrixUpsample)
        {
            var matrix = _tensors.Constant($"upsample{n}", () => _filter.UpsampleMatrix(n));
            return matrix.matmul(image).matmul(matrix.t());
        }
        var kernels = _tensors.Constant("phases", () => _filter.PhaseKernels(Config.ImgChannels));
        return nn.functional.pixel_shuffle(nn.functional.conv2d(image, kernels, padding: [_filter.PhasePadding, _filter.PhasePadding]), 2);
    }

    private static void Check(GeneratorConfig config)
    {
        var r = config.ImgResolution;
        if (r < 4 || r > 1024 || !int.IsPow2(r))
            throw new InvalidInputException($"The network's resolution is {r}; a power of two from 4 to 1024 is needed.");
        for (var size = 4; size <= r; size *= 2)
            if (!config.Channels.TryGetValue(size, out var channels) || channels < 1)
                throw new InvalidInputException($"The network's description has no feature maps for the block of {size} px.");
    }
}

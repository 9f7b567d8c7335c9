using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Perceptual;

/// <summary>
/// LPIPS v0.1 (Zhang et al. 2018): squared differences of a classifier's unit-normalised feature maps, weighted per channel by weights fitted to
/// people's judgements. Both parts are imported: the backbone's weights are torchvision's, the linear weights are LPIPS's own (BSD-2-Clause).
/// </summary>
public sealed class Lpips : IPerceptualDistance
{
    private const int PreparedAtOnce = 8;
    private readonly LpipsBackbone _backbone;
    private readonly BackboneTensors _linear;
    private readonly Tensor[] _weights;
    private readonly Tensor _shift, _scale;
    private readonly ComputeContext _context;

    /// <summary>Builds the distance from two imported files' tensors; which network it is, the backbone's tensors tell.</summary>
    /// <param name="backbone">torchvision's state dict of alexnet, squeezenet1_1 or vgg16; its classifier is not used. Copied.</param>
    /// <param name="linear">LPIPS's v0.1 linear weights of the same network: lin0.model.1.weight [1, C, 1, 1] and so on. Copied.</param>
    /// <param name="context">Device and precision of the backbone; distances are float32.</param>
    /// <exception cref="InvalidInputException">Another network, missing tensors, or other shapes.</exception>
    public Lpips(IReadOnlyDictionary<string, Tensor> backbone, IReadOnlyDictionary<string, Tensor> linear, ComputeContext context)
    {
        using var scope = NewDisposeScope();
        (Network, _backbone) = LpipsBackbone.Of(backbone, context);
        // Float32 whatever the backbone's precision: a few hundred numbers that everything is summed with.
        _linear = new BackboneTensors(linear, $"The linear weights of LPIPS for {Network}", context with { Precision = ScalarType.Float32 });
        _weights = [.. _backbone.Channels.Select((channels, i) => _linear.Take($"lin{i}.model.1.weight", [1, channels, 1, 1]))];
        _backbone.Tensors.Keep();
        _linear.Keep();
        _context = context;
        _shift = tensor((float[])[-0.030f, -0.088f, -0.188f], device: context.Device).view(1, 3, 1, 1).DetachFromDisposeScope();
        _scale = tensor((float[])[0.458f, 0.448f, 0.450f], device: context.Device).view(1, 3, 1, 1).DetachFromDisposeScope();
    }

    /// <summary>Reads both files (.pth or .safetensors).</summary>
    /// <param name="backboneFile">The backbone's weights, as at the constructor.</param>
    /// <param name="linearFile">The linear weights, as at the constructor.</param>
    /// <param name="context">Device and precision.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, or its tensors do not fit.</exception>
    public static Lpips Read(string backboneFile, string linearFile, ComputeContext context)
    {
        using var scope = NewDisposeScope();
        return new Lpips(Checkpoint.ReadTensors(backboneFile), Checkpoint.ReadTensors(linearFile), context);
    }

    /// <summary>The backbone.</summary>
    public LpipsNetwork Network { get; }

    /// <inheritdoc/>
    public string Name => $"lpips-{Network.ToString().ToLowerInvariant()}";

    /// <inheritdoc/>
    public PerceptualTarget Prepare(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = new List<Tensor[]>();
        for (long from = 0; from < images.shape[0]; from += PreparedAtOnce)
            parts.Add([.. Features(images.slice(0, from, Math.Min(from + PreparedAtOnce, images.shape[0]), 1))]);
        return new PerceptualTarget([.. _weights.Select((_, layer) => cat([.. parts.Select(p => p[layer])], 0))]);
    }

    /// <inheritdoc/>
    public Tensor Distance(Tensor images, PerceptualTarget target)
    {
        using var scope = NewDisposeScope();
        return stack(LayerDistances(images, target)).sum(dim: 0).MoveToOuterDisposeScope();
    }

    /// <summary>What each layer adds to the distance: [N] each, first layer first. In the caller's scope.</summary>
    internal Tensor[] LayerDistances(Tensor images, PerceptualTarget target) =>
        [.. Features(images).Select((features, layer) =>
            F.conv2d((features.to(ScalarType.Float32) - target.Features[layer].to(ScalarType.Float32)).square(), _weights[layer]).mean([1, 2, 3]))];

    /// <inheritdoc/>
    public void Dispose()
    {
        _backbone.Dispose();
        _linear.Dispose();
        _shift.Dispose();
        _scale.Dispose();
    }

    /// <summary>Maps of unit length along the channels, in the backbone's precision: AlexNet's of a 1024 px photo take 20 MB in bfloat16, twice that in float32.</summary>
    private IEnumerable<Tensor> Features(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != 3 || images.shape[2] < 32 || images.shape[3] < 32)
            throw new ArgumentException($"Expected [N, 3, H, W] of at least 32 pixels a side, got [{string.Join(", ", images.shape)}].", nameof(images));
        foreach (var map in _backbone.Maps(((images - _shift) / _scale).to(_context.Precision)))
        {
            var wide = map.to(ScalarType.Float32);
            // The clamp changes no value (the map is 0 there) but its gradient: a square root of 0 would make it NaN where no unit is active.
            var length = wide.square().sum(1, keepdim: true).clamp_min(1e-20).sqrt() + 1e-10;
            yield return (wide / length).to(_context.Precision);
        }
    }
}

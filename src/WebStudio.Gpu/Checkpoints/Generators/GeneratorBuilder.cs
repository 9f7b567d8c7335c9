using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>
/// Makes a checked generator of tensors under NVIDIA's names, wherever they come from: every tensor is there with its shape, none is left over
/// (it would belong to a variant that would be rendered wrongly), all are float32, contiguous and finite.
/// </summary>
/// <param name="fileLength">Size of the file; bounds what copies of expanded views may add up to.</param>
internal sealed class GeneratorBuilder(long fileLength)
{
    /// <summary>Half-precision files double; a few small views may be expanded.</summary>
    private long _copyBudget = 4 * fileLength + (1 << 20);

    /// <summary>Builds; the result's tensors leave the innermost dispose scope for the one around it.</summary>
    /// <param name="format">The kind of file, for people.</param>
    /// <param name="named">Tensors under NVIDIA's names, or a bare SynthesisNetwork's without the prefix.</param>
    /// <param name="settings">What shapes do not tell: clamp, multiplier, filter.</param>
    /// <exception cref="FormatException">What does not fit, by name.</exception>
    public GeneratorCheckpoint Build(string format, IEnumerable<KeyValuePair<string, Tensor>> named, GeneratorSettings settings)
    {
        using var scope = NewDisposeScope();
        var given = new Dictionary<string, Tensor>();
        foreach (var (name, tensor) in named)
            if (!given.TryAdd(name, tensor))
                throw new FormatException($"tensor '{name}' is there twice");
        if (given.ContainsKey("b4.const"))
            given = given.ToDictionary(pair => $"synthesis.{pair.Key}", pair => pair.Value);

        var config = GeneratorLayout.Derive(given);
        config = config with
        {
            ConvClamp = settings.ConvClamp,
            MappingLrMultiplier = settings.MappingLrMultiplier ?? config.MappingLrMultiplier,
            ResampleFilter = settings.ResampleFilter ?? FilterOf(config, given) ?? config.ResampleFilter,
        };
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, shape) in GeneratorLayout.Required(config))
            tensors[name] = Take(given, name, shape) ?? throw new FormatException($"tensor '{name}' is missing");
        foreach (var (name, shape) in GeneratorLayout.Optional(config))
            if (Take(given, name, shape) is { } tensor)
                tensors[name] = tensor;
            else if (name.EndsWith("noise_strength", StringComparison.Ordinal) || name.EndsWith("noise_const", StringComparison.Ordinal))
                // A network trained without noise is one whose noise has no strength.
                tensors[name] = zeros(shape, dtype: ScalarType.Float32);
        foreach (var (name, _) in GeneratorLayout.Filters(config))
            tensors[name] = Take(given, name, shape: null) ?? FilterBuffer.ToKernel(config.ResampleFilter);
        if (given.Keys.FirstOrDefault() is { } extra)
            throw new FormatException($"tensor '{extra}' belongs to no StyleGAN2 generator with skip connections, the kind that is read");
        foreach (var tensor in tensors.Values)
            tensor.MoveToOuterDisposeScope();
        return new(config, tensors, format);
    }

    private static double[]? FilterOf(GeneratorConfig config, Dictionary<string, Tensor> given)
    {
        double[]? common = null;
        foreach (var (name, isUsed) in GeneratorLayout.Filters(config))
        {
            if (!isUsed || !given.TryGetValue(name, out var kernel))
                continue;
            var taps = FilterBuffer.ToTaps(kernel, name);
            if (common is not null && !taps.SequenceEqual(common))
                throw new FormatException($"filter '{name}' differs from those before it");
            common = taps;
        }
        return common;
    }

    private Tensor? Take(Dictionary<string, Tensor> given, string name, long[]? shape)
    {
        if (!given.Remove(name, out var tensor))
            return null;
        if (shape is not null && !tensor.shape.SequenceEqual(shape))
            throw new FormatException($"tensor '{name}' has the shape {TensorShape.Text(tensor.shape)} instead of {TensorShape.Text(shape)}");
        if (!tensor.is_floating_point())
            throw new FormatException($"tensor '{name}' is of type {tensor.dtype}; floating-point numbers are expected");
        if (tensor.dtype != ScalarType.Float32 || !tensor.is_contiguous())
        {
            _copyBudget -= tensor.numel() * sizeof(float);
            if (_copyBudget < 0)
                throw new FormatException($"tensor '{name}' is expanded beyond the size of the file");
            tensor = tensor.to(ScalarType.Float32).contiguous();
        }
        if (!tensor.isfinite().all().item<bool>())
            throw new FormatException($"tensor '{name}' holds numbers that are infinite or not a number");
        return tensor;
    }
}

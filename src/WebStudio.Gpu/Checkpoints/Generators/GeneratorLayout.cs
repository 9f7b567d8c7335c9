using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>Which tensors a StyleGAN2 skip generator has, under NVIDIA's names, and which shape each must have.</summary>
internal static class GeneratorLayout
{
    /// <summary>The covariance factor of the built-in base, which draws w from a Gaussian instead of mapping z.</summary>
    public const string GaussianFactor = "gaussian.w_chol";

    private const int SmallestResolution = 8, LargestResolution = 1024;

    /// <summary>Reads the shape of the network off the shapes of its tensors; clamp, filter and learning-rate multiplier stay at their defaults.</summary>
    /// <exception cref="FormatException">No StyleGAN2 generator has these tensors.</exception>
    public static GeneratorConfig Derive(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var channels = new SortedDictionary<int, int>();
        for (var r = 4; r <= LargestResolution && tensors.ContainsKey($"synthesis.b{r}.conv1.weight"); r *= 2)
            channels[r] = Size(tensors, $"synthesis.b{r}.conv1.weight", 0, rank: 4);
        if (channels.Count == 0)
            throw new FormatException("it holds no StyleGAN2 generator (synthesis.b4.conv1.weight is missing)");
        if (channels.Keys.Last() is var resolution and < SmallestResolution)
            throw new FormatException($"its resolution is {resolution} px; {SmallestResolution} to {LargestResolution} are accepted");
        var layers = 0;
        while (tensors.ContainsKey($"mapping.fc{layers}.weight"))
            layers++;
        var wDim = Size(tensors, "synthesis.b4.conv1.affine.weight", 1, rank: 2);
        var cDim = tensors.ContainsKey("mapping.embed.weight") ? Size(tensors, "mapping.embed.weight", 1, rank: 2) : 0;
        var zDim = layers > 0 ? Size(tensors, "mapping.fc0.weight", 1, rank: 2) - (cDim > 0 ? wDim : 0)
            : tensors.ContainsKey(GaussianFactor) ? Size(tensors, GaussianFactor, 1, rank: 2)
            : wDim;
        if (zDim < 1)
            throw new FormatException("its mapping takes labels but no z");
        return new()
        {
            ImgResolution = channels.Keys.Last(),
            Channels = channels,
            ImgChannels = Size(tensors, "synthesis.b4.torgb.weight", 0, rank: 4),
            WDim = wDim,
            CDim = cDim,
            MappingLayers = layers,
            ZDim = zDim,
        };
    }

    /// <summary>Name and shape of everything that must be there.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Required(GeneratorConfig config)
    {
        if (config.CDim > 0)
            foreach (var entry in Linear("mapping.embed", config.CDim, config.WDim))
                yield return entry;
        for (var i = 0; i < config.MappingLayers; i++)
            foreach (var entry in Linear($"mapping.fc{i}", i > 0 ? config.WDim : config.ZDim + (config.CDim > 0 ? config.WDim : 0), config.WDim))
                yield return entry;
        yield return ("synthesis.b4.const", [config.Channels[4], 4, 4]);
        foreach (var (layer, _, inputs, outputs) in Convolutions(config))
        {
            yield return ($"{layer}.weight", [outputs, inputs, 3, 3]);
            yield return ($"{layer}.bias", [outputs]);
            foreach (var entry in Linear($"{layer}.affine", config.WDim, inputs))
                yield return entry;
        }
        foreach (var (resolution, width) in config.Channels)
        {
            yield return ($"synthesis.b{resolution}.torgb.weight", [config.ImgChannels, width, 1, 1]);
            yield return ($"synthesis.b{resolution}.torgb.bias", [config.ImgChannels]);
            foreach (var entry in Linear($"synthesis.b{resolution}.torgb.affine", config.WDim, width))
                yield return entry;
        }
    }

    /// <summary>Name and shape of what may be there.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Optional(GeneratorConfig config)
    {
        yield return ("mapping.w_avg", [config.WDim]);
        yield return (GaussianFactor, [config.WDim, config.ZDim]);
        foreach (var (layer, resolution, _, _) in Convolutions(config))
        {
            yield return ($"{layer}.noise_strength", []);
            yield return ($"{layer}.noise_const", [resolution, resolution]);
        }
    }

    /// <summary>Names of the filter buffers; only blocks and their first convolutions use them.</summary>
    public static IEnumerable<(string Name, bool IsUsed)> Filters(GeneratorConfig config) => config.Channels.Keys
        .Select(resolution => ($"synthesis.b{resolution}.resample_filter", true))
        .Concat(Convolutions(config).Select(layer => ($"{layer.Name}.resample_filter", layer.Name.EndsWith("conv0", StringComparison.Ordinal))));

    private static IEnumerable<(string Name, int Resolution, int Inputs, int Outputs)> Convolutions(GeneratorConfig config)
    {
        foreach (var (resolution, width) in config.Channels)
        {
            if (resolution > 4)
                yield return ($"synthesis.b{resolution}.conv0", resolution, config.Channels[resolution / 2], width);
            yield return ($"synthesis.b{resolution}.conv1", resolution, width, width);
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> Linear(string name, long inputs, long outputs) =>
        [($"{name}.weight", [outputs, inputs]), ($"{name}.bias", [outputs])];

    private static int Size(IReadOnlyDictionary<string, Tensor> tensors, string name, int dimension, int rank)
    {
        if (!tensors.TryGetValue(name, out var tensor))
            throw new FormatException($"tensor '{name}' is missing");
        if (tensor.dim() != rank || tensor.shape[dimension] is < 1 or > 1 << 16)
            throw new FormatException($"tensor '{name}' has the shape {TensorShape.Text(tensor.shape)}");
        return (int)tensor.shape[dimension];
    }
}

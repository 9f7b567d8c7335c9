using WebStudio.Gpu.Checkpoints.Pickles;
using WebStudio.Gpu.Checkpoints.Torch;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>Reads the settings of a pickled NVIDIA network and refuses variants that would be rendered wrongly.</summary>
internal static class NvidiaNetwork
{
    /// <summary>The generator within a saved object: G_ema or else G of a network pickle, or a network saved by itself; null where there is none.</summary>
    public static (string Format, NetworkObject Network)? Find(object? root) => root switch
    {
        NetworkObject network => ($"pickled {network.ClassName}", network),
        PickleDict dict when dict["G_ema"] is NetworkObject network => ("stylegan2-ada-pytorch network pickle (G_ema)", network),
        PickleDict dict when dict["G"] is NetworkObject network => ("stylegan2-ada-pytorch network pickle (G)", network),
        _ => null,
    };

    /// <summary>Clamp, multiplier and filter.</summary>
    /// <exception cref="FormatException">The network is of a variant that is not computed here.</exception>
    public static GeneratorSettings Settings(NetworkObject network)
    {
        var clamps = new HashSet<double?>();
        foreach (var (path, module) in network.Descendants())
        {
            Expect(module, path, "architecture", "skip");
            if (path.EndsWith("conv0", StringComparison.Ordinal) || path.EndsWith("conv1", StringComparison.Ordinal))
            {
                Expect(module, path, "activation", "lrelu");
                ExpectNumber(module, path, "act_gain", Math.Sqrt(2));
            }
            if (path.EndsWith("affine", StringComparison.Ordinal) || path.EndsWith("embed", StringComparison.Ordinal))
                ExpectGains(module, path, "linear", 1);
            if (module.State.Items.Any(item => item.Key is "conv_clamp"))
                clamps.Add(Number(module, path, "conv_clamp"));
        }
        if (clamps.Count > 1)
            throw new FormatException("its layers clamp at different values");
        return new(clamps.FirstOrDefault(), MappingMultiplier(network));
    }

    private static double? MappingMultiplier(NetworkObject network)
    {
        double? common = null;
        foreach (var (name, layer) in network.Module("mapping")?.Modules ?? [])
        {
            if (!name.StartsWith("fc", StringComparison.Ordinal))
                continue;
            var multiplier = Number(layer, name, "bias_gain") ?? throw new FormatException($"mapping.{name} has no bias_gain");
            if (multiplier <= 0 || multiplier != (common ?? multiplier))
                throw new FormatException($"mapping.{name} has the multiplier {multiplier}");
            ExpectGains(layer, $"mapping.{name}", "lrelu", multiplier);
            common = multiplier;
        }
        return common;
    }

    private static void ExpectGains(NetworkObject layer, string path, string activation, double multiplier)
    {
        Expect(layer, path, "activation", activation);
        ExpectNumber(layer, path, "bias_gain", multiplier);
        if ((layer.State["_parameters"] as PickleDict)?["weight"] is StoredTensor { Shape: [_, var inputs] })
            ExpectNumber(layer, path, "weight_gain", multiplier / Math.Sqrt(inputs));
    }

    private static void Expect(NetworkObject module, string path, string attribute, string value)
    {
        if (module.State[attribute] is string other && other != value)
            throw new FormatException($"{path} has the {attribute} '{other}'; '{value}' is computed here");
    }

    private static void ExpectNumber(NetworkObject module, string path, string attribute, double value)
    {
        if (Number(module, path, attribute) is { } other && !(Math.Abs(other - value) <= 1e-6 * value))
            throw new FormatException($"{path} has the {attribute} {other}; {value} is computed here");
    }

    private static double? Number(NetworkObject module, string path, string attribute) => module.State[attribute] switch
    {
        null => null,
        long number => number,
        double number => number,
        var other => throw new FormatException($"{path}.{attribute} is {Unpickler.Describe(other)}"),
    };
}

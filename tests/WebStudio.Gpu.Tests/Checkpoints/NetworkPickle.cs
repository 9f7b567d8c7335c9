using WebStudio.Gpu.Checkpoints.Generators;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.Tests.Checkpoints;

/// <summary>Writes network pickles in the structure of stylegan2-ada-pytorch, of any shape and with any attribute changed.</summary>
internal static class NetworkPickle
{
    /// <summary>Attributes that the official classes keep, by module path; a null value leaves one out.</summary>
    public delegate object? Attribute(string module, string name, object? official);

    /// <summary>A dict with G_ema; tensors are filled by <paramref name="fill"/> in the order of the layout.</summary>
    public static void Write(Stream stream, GeneratorConfig config, Func<string, long[], float[]> fill, Attribute? change = null)
    {
        var pickle = new PickleBuilder(stream);
        var tensors = GeneratorLayout.Required(config).Concat(GeneratorLayout.Optional(config).Where(entry => entry.Name != GeneratorLayout.GaussianFactor)).ToList();
        pickle.Dict(
            ("training_set_kwargs", () => pickle.Call("dnnlib.util", "EasyDict")),
            ("G", () => pickle.None()),
            ("G_ema", () => Module(pickle, "", "Generator", tensors, config, fill, change ?? ((_, _, official) => official))));
        pickle.Stop();
    }

    private static void Module(PickleBuilder pickle, string path, string className, List<(string Name, long[] Shape)> tensors, GeneratorConfig config, Func<string, long[], float[]> fill, Attribute change)
    {
        var prefix = path.Length == 0 ? "" : $"{path}.";
        var own = tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal) && !t.Name[prefix.Length..].Contains('.')).ToList();
        var children = tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal) && t.Name[prefix.Length..].Contains('.')).Select(t => t.Name[prefix.Length..].Split('.')[0]).Distinct();
        var attributes = Official(path, own, config).Select(a => (a.Name, Value: change(path, a.Name, a.Value))).Where(a => a.Value is not DBNull);
        pickle.Network(className,
        [
            ("_parameters", () => pickle.Dict([.. own.Select<(string Name, long[] Shape), (string, Action)>(t => (t.Name[prefix.Length..], () => pickle.Tensor(fill(t.Name, t.Shape), t.Shape)))])),
            ("_buffers", () => pickle.Call("collections", "OrderedDict")),
            ("_modules", () => pickle.Dict([.. children.Select<string, (string, Action)>(child => (child, () => Module(pickle, prefix + child, "Layer", tensors, config, fill, change)))])),
            .. attributes.Select<(string Name, object? Value), (string, Action)>(a => (a.Name, () => Value(pickle, a.Value))),
        ]);
    }

    private static IEnumerable<(string Name, object? Value)> Official(string path, List<(string Name, long[] Shape)> own, GeneratorConfig config)
    {
        var leaf = path.Split('.')[^1];
        if (leaf is ['b', >= '0' and <= '9', ..])
            yield return ("architecture", "skip");
        if (leaf is "conv0" or "conv1" or "torgb")
            yield return ("conv_clamp", config.ConvClamp);
        if (leaf is "conv0" or "conv1")
        {
            yield return ("activation", "lrelu");
            yield return ("act_gain", Math.Sqrt(2));
        }
        var multiplier = leaf.StartsWith("fc", StringComparison.Ordinal) ? config.MappingLrMultiplier : 1;
        if (leaf is "affine" or "embed" || leaf.StartsWith("fc", StringComparison.Ordinal))
        {
            yield return ("activation", leaf.StartsWith("fc", StringComparison.Ordinal) ? "lrelu" : "linear");
            yield return ("bias_gain", multiplier);
            yield return ("weight_gain", multiplier / Math.Sqrt(own.First(t => t.Shape.Length == 2).Shape[1]));
        }
    }

    private static void Value(PickleBuilder pickle, object? value)
    {
        switch (value)
        {
            case string text:
                pickle.Text(text);
                break;
            case double number:
                // Gains are NumPy scalars in the official files.
                pickle.Call("numpy.core.multiarray", "scalar", () => pickle.Call("numpy", "dtype", () => pickle.Text("f8"), () => pickle.Bool(false), () => pickle.Bool(true)), () => pickle.Bytes(BitConverter.GetBytes(number)));
                break;
            default:
                pickle.None();
                break;
        }
    }
}

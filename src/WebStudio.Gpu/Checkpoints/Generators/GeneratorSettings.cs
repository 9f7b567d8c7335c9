using System.Text.Json;
using System.Text.Json.Nodes;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>What a generator computes with that the shapes of its tensors do not tell. Null: not given.</summary>
/// <param name="ConvClamp">Clamp of activations; null for none.</param>
/// <param name="MappingLrMultiplier">Multiplier of the mapping layers.</param>
/// <param name="ResampleFilter">Tap weights.</param>
internal sealed record GeneratorSettings(double? ConvClamp = null, double? MappingLrMultiplier = null, IReadOnlyList<double>? ResampleFilter = null)
{
    /// <summary>The metadata key; the value is JSON: the keyword arguments of NVIDIA's Generator class, which takes them as they are.</summary>
    public const string MetadataKey = "init_kwargs";

    /// <summary>A description is a few hundred bytes.</summary>
    private const int MaxDescription = 1 << 20;

    /// <summary>The arguments that make this generator in NVIDIA's code.</summary>
    public static string ToJson(GeneratorConfig config)
    {
        var filter = new JsonArray([.. config.ResampleFilter.Select(tap => JsonValue.Create(tap))]);
        var synthesis = new JsonObject { ["conv_clamp"] = config.ConvClamp, ["resample_filter"] = filter };
        if (ChannelRule(config) is var (channelBase, channelMax))
            (synthesis["channel_base"], synthesis["channel_max"]) = (channelBase, channelMax);
        return new JsonObject
        {
            ["z_dim"] = config.ZDim,
            ["c_dim"] = config.CDim,
            ["w_dim"] = config.WDim,
            ["img_resolution"] = config.ImgResolution,
            ["img_channels"] = config.ImgChannels,
            ["mapping_kwargs"] = new JsonObject { ["num_layers"] = config.MappingLayers, ["lr_multiplier"] = config.MappingLrMultiplier },
            ["synthesis_kwargs"] = synthesis,
        }.ToJsonString();
    }

    /// <summary>Reads those arguments back.</summary>
    /// <exception cref="FormatException">It is not such JSON.</exception>
    public static GeneratorSettings FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var (mapping, synthesis) = (Member(document.RootElement, "mapping_kwargs"), Member(document.RootElement, "synthesis_kwargs"));
            return new GeneratorSettings(Number(synthesis, "conv_clamp"), Number(mapping, "lr_multiplier"), Numbers(synthesis, "resample_filter"));
        }
        catch (JsonException error)
        {
            throw new FormatException($"the metadata {MetadataKey} is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>Reads the base.json beside a file, where there is one that names the file.</summary>
    /// <exception cref="FormatException">The description is not readable.</exception>
    public static GeneratorSettings? FromSibling(string path)
    {
        var place = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, BaseFolder.DescriptionFile);
        if (!File.Exists(place))
            return null;
        using var stream = CheckpointFile.Open(place);
        if (stream.Length > MaxDescription)
            throw new FormatException($"{place} has {stream.Length} bytes, too many for a description");
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        try
        {
            var generator = BaseDescription.Parse(json, place).Generator;
            return generator.File == Path.GetFileName(path) ? new(generator.ConvClamp, generator.MappingLrMultiplier, generator.ResampleFilter) : null;
        }
        catch (InvalidInputException error)
        {
            throw new FormatException(error.Message.TrimEnd('.'), error);
        }
    }

    /// <summary>NVIDIA gives widths by the rule min(base / resolution, max); null where a network does not follow it.</summary>
    private static (int Base, int Max)? ChannelRule(GeneratorConfig config)
    {
        var max = config.Channels.Values.Max();
        var last = config.Channels.Last(pair => pair.Key == config.ImgResolution);
        var rule = (Base: last.Key * last.Value, Max: max);
        return config.Channels.All(pair => pair.Value == Math.Min(rule.Base / pair.Key, rule.Max)) ? rule : null;
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : default;

    private static double? Number(JsonElement parent, string name) => Member(parent, name) switch
    {
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) && double.IsFinite(value) && value > 0 => value,
        var other => throw new FormatException($"{name} is {other}; a number above 0 is expected"),
    };

    private static double[]? Numbers(JsonElement parent, string name)
    {
        var list = Member(parent, name);
        if (list.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return null;
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= 64)
        {
            double[] numbers = [.. list.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number ? e.GetDouble() : double.NaN)];
            if (double.IsFinite(numbers.Sum()) && numbers.Sum() != 0)
                return numbers;
        }
        throw new FormatException($"{name} is {list}; at most 64 numbers whose sum is not 0 are expected");
    }
}

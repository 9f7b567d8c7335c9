using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>What <c>base.json</c> says of a base model: names, shapes and origin of the weight files beside it.</summary>
public sealed record BaseDescription
{
    /// <summary>The version of the folder form that is written and read.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        WriteIndented = true,
    };

    /// <summary>Version of the folder form: 1.</summary>
    public required int Format { get; init; }

    /// <summary>Short name.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence: what it is, where it came from.</summary>
    public string Description { get; init; } = "";

    /// <summary>Terms under which the weights may be used; null where they are not known.</summary>
    public string? Licence { get; init; }

    /// <summary>The generator.</summary>
    public required GeneratorEntry Generator { get; init; }

    /// <summary>The encoder; null where the base has none.</summary>
    public EncoderEntry? Encoder { get; init; }

    /// <summary>The generator's file and shape.</summary>
    public sealed record GeneratorEntry
    {
        /// <summary>Name of the safetensors file, NVIDIA's tensor names.</summary>
        public required string File { get; init; }

        /// <summary>Width of z.</summary>
        public int ZDim { get; init; } = 512;

        /// <summary>Width of w.</summary>
        public int WDim { get; init; } = 512;

        /// <summary>Side of the pictures in pixels.</summary>
        public required int ImgResolution { get; init; }

        /// <summary>Colour channels.</summary>
        public int ImgChannels { get; init; } = 3;

        /// <summary>Feature maps are min(channel_base / resolution, channel_max), where <see cref="Channels"/> does not list them.</summary>
        public int? ChannelBase { get; init; }

        /// <summary>See <see cref="ChannelBase"/>.</summary>
        public int? ChannelMax { get; init; }

        /// <summary>Feature maps by resolution ("4": 512, …), for networks that follow no such rule.</summary>
        public Dictionary<string, int>? Channels { get; init; }

        /// <summary>Clamp of the activations; null for none.</summary>
        public double? ConvClamp { get; init; }

        /// <summary>Taps of the resampling filter.</summary>
        public double[] ResampleFilter { get; init; } = [1, 3, 3, 1];

        /// <summary>z → w: "network", "gaussian" (w_avg + L·z) or "none".</summary>
        public string Mapping { get; init; } = "none";

        /// <summary>Layers of the mapping network.</summary>
        public int? MappingLayers { get; init; }

        /// <summary>Learning-rate multiplier of the mapping layers.</summary>
        [JsonPropertyName("lr_multiplier")]
        public double? MappingLrMultiplier { get; init; }

        /// <summary>Side of the FFHQ alignment's quad that the base expects, as a multiple of FFHQ's own.</summary>
        public double CropScale { get; init; } = 1;
    }

    /// <summary>The encoder's file and kind.</summary>
    public sealed record EncoderEntry
    {
        /// <summary>Name of the safetensors file.</summary>
        public required string File { get; init; }

        /// <summary>Which network it is: "residual-pca-64".</summary>
        public required string Architecture { get; init; }

        /// <summary>Side of the picture it takes, in pixels.</summary>
        public int? InputResolution { get; init; }
    }

    /// <summary>Describes a generator, to be stored as generator.safetensors, without an encoder.</summary>
    /// <param name="name">Short name.</param>
    /// <param name="config">Shape of the generator.</param>
    /// <param name="mapping">"network", "gaussian" or "none".</param>
    public static BaseDescription Of(string name, GeneratorConfig config, string mapping) => new()
    {
        Format = CurrentFormat,
        Name = name,
        Generator = new()
        {
            File = BaseFolder.GeneratorFile,
            ZDim = config.ZDim,
            WDim = config.WDim,
            ImgResolution = config.ImgResolution,
            ImgChannels = config.ImgChannels,
            Channels = config.Channels.OrderBy(c => c.Key).ToDictionary(c => c.Key.ToString(CultureInfo.InvariantCulture), c => c.Value),
            ConvClamp = config.ConvClamp,
            ResampleFilter = [.. config.ResampleFilter],
            Mapping = mapping,
            MappingLayers = mapping == "network" ? config.MappingLayers : null,
            MappingLrMultiplier = mapping == "network" ? config.MappingLrMultiplier : null,
        },
    };

    /// <summary>Reads the text of a base.json.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="InvalidInputException">It is not JSON, of another version, or lacks something; the message names file and field.</exception>
    public static BaseDescription Parse(ReadOnlySpan<byte> json, string name)
    {
        BaseDescription? description;
        try
        {
            description = JsonSerializer.Deserialize<BaseDescription>(json, Options);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{name} does not describe a base model: {e.Message}", e);
        }
        if (description is null || description.Format != CurrentFormat)
            throw new InvalidInputException($"{name} has format {description?.Format}; {CurrentFormat} is read.");
        foreach (var file in (string?[])[description.Generator.File, description.Encoder?.File])
            if (file is not null && (file != Path.GetFileName(file) || file is "" or "." or ".."))
                throw new InvalidInputException($"{name} names the file '{file}'; a plain file name beside it is expected.");
        return description;
    }

    /// <summary>The text of a base.json.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>The generator's shape as the networks take it.</summary>
    /// <exception cref="InvalidInputException">The feature maps are not given for every resolution.</exception>
    public GeneratorConfig ToConfig()
    {
        var g = Generator;
        return new()
        {
            ZDim = g.ZDim,
            WDim = g.WDim,
            ImgResolution = g.ImgResolution,
            ImgChannels = g.ImgChannels,
            Channels = ReadChannels(g),
            ConvClamp = g.ConvClamp,
            ResampleFilter = g.ResampleFilter,
            MappingLayers = g.Mapping == "network" ? g.MappingLayers ?? 8 : 0,
            MappingLrMultiplier = g.MappingLrMultiplier ?? 0.01,
        };
    }

    private IReadOnlyDictionary<int, int> ReadChannels(GeneratorEntry g)
    {
        if (g.Channels is null)
            return g is { ChannelBase: { } channelBase, ChannelMax: { } channelMax }
                ? GeneratorConfig.ChannelsFor(g.ImgResolution, channelBase, channelMax)
                : throw new InvalidInputException($"The base model {Name} gives neither channels nor channel_base and channel_max.");
        var channels = new SortedDictionary<int, int>();
        foreach (var (resolution, count) in g.Channels)
            channels[int.TryParse(resolution, NumberStyles.None, CultureInfo.InvariantCulture, out var r)
                ? r
                : throw new InvalidInputException($"The base model {Name} lists channels for '{resolution}', which is no resolution.")] = count;
        return channels;
    }
}

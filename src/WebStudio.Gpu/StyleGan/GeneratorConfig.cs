namespace WebStudio.Gpu.StyleGan;

/// <summary>Shape of a StyleGAN2 generator (skip architecture), as in stylegan2-ada-pytorch's constructor arguments.</summary>
public sealed record GeneratorConfig
{
    /// <summary>Width of z; 512 for the published networks.</summary>
    public int ZDim { get; init; } = 512;

    /// <summary>Width of the label vector; 0 for an unconditional network (the only kind that can be rendered without labels).</summary>
    public int CDim { get; init; }

    /// <summary>Width of w.</summary>
    public int WDim { get; init; } = 512;

    /// <summary>Side of the square output in pixels: a power of two, 32 to 1024.</summary>
    public required int ImgResolution { get; init; }

    /// <summary>Colour channels of the output; 3.</summary>
    public int ImgChannels { get; init; } = 3;

    /// <summary>Feature maps of every block, by resolution: {4: 512, 8: 512, …}.</summary>
    public required IReadOnlyDictionary<int, int> Channels { get; init; }

    /// <summary>Layers of the mapping network; 0 where a network has none.</summary>
    public int MappingLayers { get; init; } = 8;

    /// <summary>Learning-rate multiplier of the mapping layers (scales weights and biases at run time).</summary>
    public double MappingLrMultiplier { get; init; } = 0.01;

    /// <summary>Activations are clamped to ±ConvClamp·gain after each convolution; null for no clamp.</summary>
    public double? ConvClamp { get; init; }

    /// <summary>Tap weights of the one-dimensional resampling filter, not normalised.</summary>
    public IReadOnlyList<double> ResampleFilter { get; init; } = [1, 3, 3, 1];

    /// <summary>Number of style vectors the synthesis network takes: 2·log2(resolution) − 2.</summary>
    public int NumWs => 2 * int.Log2(ImgResolution) - 2;

    /// <summary>Channels min(channelBase / resolution, channelMax) for every block up to <paramref name="resolution"/>.</summary>
    public static IReadOnlyDictionary<int, int> ChannelsFor(int resolution, int channelBase, int channelMax)
    {
        var channels = new SortedDictionary<int, int>();
        for (var r = 4; r <= resolution; r *= 2)
            channels[r] = Math.Min(channelBase / r, channelMax);
        return channels;
    }
}

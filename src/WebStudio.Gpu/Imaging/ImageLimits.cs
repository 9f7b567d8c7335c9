namespace WebStudio.Gpu.Imaging;

/// <summary>What a picture file may cost at most; checked before its pixels are decoded.</summary>
public sealed record ImageLimits
{
    /// <summary>Largest file, in bytes; 64 MiB.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>Most pixels (width × height, as the file's header claims them); 50 million, which takes 350 MB while it is decoded.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Picture limits as they are without any setting.</summary>
    public static ImageLimits Default { get; } = new();
}

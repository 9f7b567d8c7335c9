namespace WebStudio.Gpu.Imaging;

/// <summary>Picture formats that are written.</summary>
public enum ImageFormat
{
    /// <summary>Lossless.</summary>
    Png,

    /// <summary>Lossy, full colour resolution (4:4:4).</summary>
    Jpeg,

    /// <summary>Lossy, smaller than JPEG at the same quality.</summary>
    WebP,
}

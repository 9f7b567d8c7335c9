namespace WebStudio.Gpu.Imaging;

/// <summary>How a picture is resampled. All filters widen when a picture gets smaller, so nothing aliases.</summary>
public enum ResizeFilter
{
    /// <summary>Mean over the covered area, border pixels by the covered part; repeats pixels when enlarging.</summary>
    Area,

    /// <summary>Triangle of one pixel's radius.</summary>
    Bilinear,

    /// <summary>sinc windowed by sinc, three lobes: the sharpest.</summary>
    Lanczos,
}

using WebStudio.Gpu.Imaging;

namespace WebStudio.Server.Albums;

/// <summary>Section <c>Albums</c> of the settings: what may be uploaded.</summary>
internal sealed class AlbumOptions
{
    /// <summary>Largest file, in MB (2^20 bytes).</summary>
    public int MaxFileMegabytes { get; set; } = 40;

    /// <summary>Most pixels of a photo, in millions; checked before it is decoded, which takes 7 bytes of memory a pixel.</summary>
    public int MaxMegapixels { get; set; } = 50;

    /// <summary>Most photos of an album.</summary>
    public int MaxPhotos { get; set; } = 1000;

    public long MaxFileBytes => (long)MaxFileMegabytes << 20;

    /// <summary>Limits of an upload.</summary>
    public ImageLimits Intake => new() { MaxBytes = MaxFileBytes, MaxPixels = MaxMegapixels * 1_000_000L };

    /// <summary>Limits of a photo that was taken in: encoded anew it may have become larger than the upload.</summary>
    public ImageLimits Stored => Intake with { MaxBytes = 1L << 30 };

    public bool IsSensible => MaxFileMegabytes is >= 1 and <= 500 && MaxMegapixels is >= 1 and <= 200 && MaxPhotos is >= 1 and <= 5000;

    public const string Sensible = "Albums:MaxFileMegabytes is 1 to 500, Albums:MaxMegapixels 1 to 200, Albums:MaxPhotos 1 to 5000.";
}

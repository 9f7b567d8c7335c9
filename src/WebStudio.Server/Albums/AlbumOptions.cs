using System.ComponentModel.DataAnnotations;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Server.Albums;

/// <summary>Section <c>Albums</c> of the settings: what may be uploaded.</summary>
internal sealed class AlbumOptions
{
    /// <summary>Largest file, in MB (2^20 bytes).</summary>
    [Range(1, 500)] public int MaxFileMegabytes { get; set; } = 40;

    /// <summary>Most pixels of a photo, in millions; checked before it is decoded, which takes 7 bytes of memory a pixel.</summary>
    [Range(1, 200)] public int MaxMegapixels { get; set; } = 50;

    /// <summary>Most photos of an album.</summary>
    [Range(1, 5000)] public int MaxPhotos { get; set; } = 1000;

    public long MaxFileBytes => (long)MaxFileMegabytes << 20;

    /// <summary>Limits of an upload.</summary>
    public ImageLimits Intake => new() { MaxBytes = MaxFileBytes, MaxPixels = MaxMegapixels * 1_000_000L };

    /// <summary>Limits of a photo that was taken in: encoded anew it may have become larger than the upload.</summary>
    public ImageLimits Stored => Intake with { MaxBytes = 1L << 30 };
}

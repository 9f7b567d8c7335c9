using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Albums;

/// <summary>Section <c>Albums</c> of the settings.</summary>
internal sealed class AlbumOptions
{
    /// <summary>Largest file accepted, in megabytes.</summary>
    [Range(1, 1000)] public int MaxFileMegabytes { get; set; } = 40;

    /// <summary>Largest picture accepted, in megapixels; read from the header before anything is decoded.</summary>
    [Range(1, 500)] public int MaxMegapixels { get; set; } = 50;

    /// <summary>Photos in one album.</summary>
    [Range(1, 100_000)] public int MaxPhotos { get; set; } = 1000;

    public long MaxFileBytes => MaxFileMegabytes * 1_000_000L;
}

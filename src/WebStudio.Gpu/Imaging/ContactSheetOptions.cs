namespace WebStudio.Gpu.Imaging;

/// <summary>How a <see cref="ContactSheet"/> looks.</summary>
public sealed record ContactSheetOptions
{
    /// <summary>Pictures in a row; all in one row when null.</summary>
    public int? Columns { get; init; }

    /// <summary>Longer side of every picture in pixels (proportions are kept); null leaves pictures as they are.</summary>
    public int? CellSize { get; init; }

    /// <summary>Space around pictures, in pixels.</summary>
    public int Gap { get; init; } = 2;

    /// <summary>Gray level of the background, 0 (black) to 255 (white).</summary>
    public byte Background { get; init; } = 255;

    /// <summary>A line above each picture, one entry a picture; what does not fit is left out. Letters appear as capitals.</summary>
    public IReadOnlyList<string?>? Captions { get; init; }
}

namespace WebStudio.Gpu.Latents;

/// <summary>How the values of one attribute become levels (method section 2).</summary>
public sealed record LevelOptions
{
    /// <summary>Width of a level in the attribute's unit: values go to the nearest multiple. Null: use <see cref="Count"/>.</summary>
    public double? Width { get; init; }

    /// <summary>Number of levels holding about equally many photos; taken where <see cref="Width"/> is null.</summary>
    public int Count { get; init; } = 6;

    /// <summary>True for categories without an order (tags such as "glasses"): every distinct value is a level of its own, none are merged.</summary>
    public bool Discrete { get; init; }

    /// <summary>A level with fewer photos joins a neighbour, so that the anchor loss has something to gather; 1 keeps every level, as the published code does.</summary>
    public int MinPhotos { get; init; } = 3;

    /// <summary>Levels are not merged into one that spans more than this many widths (for <see cref="Count"/>: this many equal parts of the range).</summary>
    public double MaxWidths { get; init; } = 3;

    /// <summary>Levels of a fixed width; the published code has 5 for yaw and pitch (degrees) and 2 for age (years).</summary>
    public static LevelOptions Bins(double width, int minPhotos = 3) => new() { Width = width, MinPhotos = minPhotos };

    /// <summary>Categories: each distinct value is a level.</summary>
    public static LevelOptions Categories { get; } = new() { Discrete = true, MinPhotos = 1 };
}

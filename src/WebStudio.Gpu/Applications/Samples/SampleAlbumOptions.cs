namespace WebStudio.Gpu.Applications.Samples;

/// <summary>Who a sample album shows and how much the photos differ.</summary>
public sealed record SampleAlbumOptions
{
    /// <summary>Seed of the person. The default was chosen by looking: a face that turns and smiles cleanly in the built-in base.</summary>
    public int Person { get; init; } = 22;

    /// <summary>Truncation of the person's code, 0 (the mean face) to 1: less character, fewer broken faces.</summary>
    public double Psi { get; init; } = 0.75;

    /// <summary>Number of photos, at least 5.</summary>
    public int Photos { get; init; } = 24;

    /// <summary>What differs between the photos, by the base's own names; what it does not know is left out.</summary>
    public IReadOnlyDictionary<string, SampleSpan> Spans { get; init; } = new Dictionary<string, SampleSpan>
    {
        ["yaw"] = new(30, 0, 0.4),
        ["pitch"] = new(9, 0, 0.4),
        ["smile"] = new(46, 0.22, 0.6),
        ["mouth"] = new(10, 0.22, 0.6),
        ["age"] = new(2),
        ["light"] = new(0.12),
        ["side-light"] = new(0.2, 0.4),
        ["warmth"] = new(0.03, 0.5),
        ["background"] = new(0.6),
    };

    /// <summary>Share of a random code mixed into each photo's: what differs between photos besides the spans.</summary>
    public double Variety { get; init; } = 0.12;

    /// <summary>Side of the face's crop within a photo, in pixels.</summary>
    public int CropSize { get; init; } = 384;

    /// <summary>Width of the soft surround on each side as a share of the crop, above 0 and below 1: room in which alignment finds the crop again.</summary>
    public double Surround { get; init; } = 0.16;
}

/// <summary>How far a quantity goes to either side of the person's own.</summary>
/// <param name="Reach">In its unit: degrees, %, years; light in the pixels' range from -1 to 1.</param>
/// <param name="From">Style layers that follow begin at this share of the network's depth. Early layers hold pose, middle ones expression, late ones colour: what is not moved cannot change the person.</param>
/// <param name="To">They end here, 1 being the last.</param>
public sealed record SampleSpan(double Reach, double From = 0, double To = 1);

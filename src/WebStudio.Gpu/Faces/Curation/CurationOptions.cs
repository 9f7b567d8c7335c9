using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>What an <see cref="AlbumCurator"/> lets through. Lenient on purpose: the user decides in the end (MyStyle's own advice).</summary>
public sealed record CurationOptions
{
    /// <summary>Smallest face used: √(width · height) of the detector's box, in photo pixels.</summary>
    public double MinFaceSize { get; init; } = 48;

    /// <summary>Lowest <see cref="FaceReading.Confidence"/> used, 0 to 1; turned-away and covered faces lie below.</summary>
    public double MinConfidence { get; init; } = 0.2;

    /// <summary>Lowest sharpness used; see <see cref="PictureQuality.Sharpness"/>.</summary>
    public double MinSharpness { get; init; } = 0.02;

    /// <summary>Lowest colourfulness used, in levels of 255; see <see cref="PictureQuality.Colorfulness"/>. 0 lets grayscale photos through.</summary>
    public double MinColorfulness { get; init; } = 5;

    /// <summary>Largest embedding distance from the person's reference faces that still counts as the person; 0.4 to 0.55 is usual for one person, 0.65 and more for others.</summary>
    public double MaxPersonDistance { get; init; } = 0.58;

    /// <summary>Faces closer than this (embedding distance, average linkage) are grouped as one person when the reference faces are looked for.</summary>
    public double GroupDistance { get; init; } = 0.56;

    /// <summary>Two photos are near-duplicates when their faces' embeddings lie closer than this and their pictures differ in at most <see cref="MaxDuplicateBits"/>.</summary>
    public double MaxDuplicateDistance { get; init; } = 0.25;

    /// <summary>Bits of 256 by which the perceptual hashes of near-duplicates may differ.</summary>
    public int MaxDuplicateBits { get; init; } = 30;

    /// <summary>How used faces are cut out; null: not at all.</summary>
    public FfhqAlignmentOptions? Alignment { get; init; } = new();

    /// <summary>What a picture file may cost; null: <see cref="ImageLimits.Default"/>.</summary>
    public ImageLimits? Limits { get; init; }
}

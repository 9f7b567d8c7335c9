namespace WebStudio.Gpu.Imaging.Provenance;

/// <summary>How a picture came to be, in IPTC's words (NewsCodes, Digital Source Type).</summary>
public enum DigitalSource
{
    /// <summary>Made by a model trained on sampled content: a new portrait.</summary>
    TrainedAlgorithmicMedia,

    /// <summary>A photo with parts made by such a model: edited, restored, or with a face put back.</summary>
    CompositeWithTrainedAlgorithmicMedia,
}

/// <summary>What a picture says of its making.</summary>
public sealed record PictureProvenance
{
    /// <summary>How it came to be.</summary>
    public required DigitalSource Source { get; init; }

    /// <summary>What was done, in a word or two: portrait, edit, inpainting, super-resolution …</summary>
    public required string Method { get; init; }

    /// <summary>Name of the personalised model; empty where none is told.</summary>
    public string Model { get; init; } = "";

    /// <summary>Which version of it: an identifier, or a hash of its files.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>Name of the base model.</summary>
    public string Base { get; init; } = "";

    /// <summary>Seed; null where nothing was drawn.</summary>
    public long? Seed { get; init; }

    /// <summary>Attributes as they were set, in their units.</summary>
    public IReadOnlyDictionary<string, double> Coordinates { get; init; } = new Dictionary<string, double>();

    /// <summary>SHA-256 of the photo it was made from, lower-case hexadecimal; empty for portraits. A hash, not a name: names tell of people.</summary>
    public string PhotoSha256 { get; init; } = "";

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset Created { get; init; }
}

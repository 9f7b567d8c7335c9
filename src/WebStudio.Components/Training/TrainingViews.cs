using WebStudio.Components.Admin;

namespace WebStudio.Components.Training;

/// <summary>How long a training runs.</summary>
public enum TrainingQuality
{
    /// <summary>A first look.</summary>
    Quick,

    /// <summary>What most albums need.</summary>
    Standard,

    /// <summary>The last bit of likeness.</summary>
    Long,
}

/// <summary>An attribute to make controllable.</summary>
/// <param name="Name">Name of the attribute or tag.</param>
/// <param name="Levels">Quantised levels; null lets the album decide.</param>
public sealed record WantedAttribute(string Name, int? Levels);

/// <summary>What a training is asked to do.</summary>
public sealed record TrainingRequest
{
    /// <summary>Made when the page opens: sent twice, it starts one training.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The album to learn from.</summary>
    public required Guid AlbumId { get; init; }

    /// <summary>Model that gets a further version; null makes a new model.</summary>
    public Guid? ModelId { get; init; }

    /// <summary>Name of a new model.</summary>
    public string ModelName { get; init; } = "";

    /// <summary>In the order in which they choose their direction.</summary>
    public required IReadOnlyList<WantedAttribute> Attributes { get; init; }

    /// <summary>How long.</summary>
    public TrainingQuality Quality { get; init; } = TrainingQuality.Standard;

    /// <summary>Imported base; null for the built-in one.</summary>
    public Guid? BaseId { get; init; }
}

/// <summary>What an album offers of an attribute.</summary>
/// <param name="Name">Name of the attribute or tag.</param>
/// <param name="Unit">°, %, years; empty for tags.</param>
/// <param name="IsTag">An attribute of the user's own.</param>
/// <param name="Known">Photos with a value.</param>
/// <param name="Offer">The range or the values in words.</param>
/// <param name="Warning">Why little can be expected; empty when nothing speaks against it.</param>
public sealed record AttributeOffer(string Name, string Unit, bool IsTag, int Known, string Offer, string Warning);

/// <summary>A quality with what it costs here.</summary>
/// <param name="Quality">The quality.</param>
/// <param name="Passes">Passes over the album.</param>
/// <param name="Estimate">Expected time.</param>
public sealed record QualityOffer(TrainingQuality Quality, int Passes, TimeSpan Estimate);

/// <summary>What the start page shows.</summary>
public sealed record TrainingPlan
{
    /// <summary>Name of the album.</summary>
    public required string AlbumName { get; init; }

    /// <summary>Who is shown.</summary>
    public required string Person { get; init; }

    /// <summary>Photos in use.</summary>
    public required int Photos { get; init; }

    /// <summary>What speaks against a training at all, as a sentence; null when it can start.</summary>
    public string? Refusal { get; init; }

    /// <summary>Attributes in the usual order, then the album's tags.</summary>
    public required IReadOnlyList<AttributeOffer> Attributes { get; init; }

    /// <summary>Qualities with estimates.</summary>
    public required IReadOnlyList<QualityOffer> Qualities { get; init; }

    /// <summary>Bases to choose from.</summary>
    public required IReadOnlyList<BaseEntry> Bases { get; init; }

    /// <summary>Models of the album that can get a further version.</summary>
    public required IReadOnlyList<(Guid Id, string Name)> Models { get; init; }
}

/// <summary>Losses at one moment of a training.</summary>
/// <param name="Pass">Passes done.</param>
/// <param name="Reconstruction">Perceptual distance plus weighted squared error, as they are minimised.</param>
/// <param name="Attributes">Anchor loss of every attribute.</param>
public sealed record LossPoint(double Pass, double Reconstruction, IReadOnlyList<double> Attributes);

/// <summary>Progress of a training, kept with the job.</summary>
public sealed record JobProgress
{
    /// <summary>What is done at the moment, in a word.</summary>
    public string Stage { get; init; } = "";

    /// <summary>Units done and planned in this stage (photos or passes).</summary>
    public int Done { get; init; }

    /// <summary>Units of this stage; null while unknown.</summary>
    public int? Total { get; init; }

    /// <summary>Seconds of work so far.</summary>
    public double Elapsed { get; init; }

    /// <summary>Seconds to the end; null while unknown.</summary>
    public double? Remaining { get; init; }

    /// <summary>Seconds of one photo in one step.</summary>
    public double SecondsPerPhoto { get; init; }

    /// <summary>Memory of the server, bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Share of the whole, 0 to 1; null before training.</summary>
    public double? Share { get; init; }

    /// <summary>Attributes in the order of the numbers below.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Losses so far, thinned to a few hundred points.</summary>
    public IReadOnlyList<LossPoint> History { get; init; } = [];

    /// <summary>Photos trained on, in the order of the anchors.</summary>
    public IReadOnlyList<Guid> Photos { get; init; } = [];

    /// <summary>Attribute values of the photos, [N][M]; NaN where unknown.</summary>
    public IReadOnlyList<IReadOnlyList<double?>> Values { get; init; } = [];

    /// <summary>Coordinates of the anchors along every attribute's direction, [N][M].</summary>
    public IReadOnlyList<double[]> Coordinates { get; init; } = [];

    /// <summary>Photos shown beside their reconstructions (indices into <see cref="Photos"/>).</summary>
    public IReadOnlyList<int> Shown { get; init; } = [];

    /// <summary>Grows with every set of reconstructions: part of their addresses.</summary>
    public int Shot { get; init; }
}

/// <summary>A training as its page shows it.</summary>
public sealed record JobView
{
    /// <summary>The job.</summary>
    public required Guid Id { get; init; }

    /// <summary>Album it learns from.</summary>
    public required Guid AlbumId { get; init; }

    /// <summary>Model that gets the version.</summary>
    public required Guid ModelId { get; init; }

    /// <summary>Name of the model.</summary>
    public required string ModelName { get; init; }

    /// <summary>The state by its name: Queued, Preparing, Running, Paused, Succeeded, Failed, Cancelled.</summary>
    public required string State { get; init; }

    /// <summary>True for the comparison of a version with its peers, false for a training.</summary>
    public bool IsStudy { get; init; }

    /// <summary>True while it is not at an end.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>Jobs before it; 0 when it is next or under way.</summary>
    public int Ahead { get; init; }

    /// <summary>When it is likely to begin; null while that is not known, or where it does not wait.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>What it waits for beside its turn, as a sentence; empty where nothing else holds it up.</summary>
    public string Waits { get; init; } = "";

    /// <summary>What went wrong and what to do; empty unless it failed.</summary>
    public string Error { get; init; } = "";

    /// <summary>Only the owner pauses or cancels.</summary>
    public bool MayChange { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its progress; null before any.</summary>
    public JobProgress? Progress { get; init; }
}

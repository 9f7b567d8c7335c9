namespace WebStudio.Components.Creations;

/// <summary>What is made with a model beside its sliders.</summary>
public enum CreationKind
{
    /// <summary>New portraits with chosen attributes.</summary>
    Portraits,

    /// <summary>A real photo opened for editing.</summary>
    Photo,

    /// <summary>A damaged photo made whole.</summary>
    Enhancement,

    /// <summary>The same change by every method.</summary>
    Comparison,
}

/// <summary>Where a creation stands.</summary>
public enum CreationState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Is made at the moment.</summary>
    Running,

    /// <summary>Made.</summary>
    Ready,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended by its owner.</summary>
    Cancelled,
}

/// <summary>How far a creation is.</summary>
/// <param name="Stage">What is done at the moment, in a word or two.</param>
/// <param name="Done">Units done in this stage.</param>
/// <param name="Total">Units of this stage; 0 while unknown.</param>
public sealed record CreationProgress(string Stage, int Done, int Total);

/// <summary>A creation as pages show it.</summary>
public sealed record CreationView
{
    /// <summary>The creation.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is.</summary>
    public required CreationKind Kind { get; init; }

    /// <summary>As its owner calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The version it was made with.</summary>
    public required Guid VersionId { get; init; }

    /// <summary>Where it stands.</summary>
    public required CreationState State { get; init; }

    /// <summary>Creations before it; 0 when it is next or under way.</summary>
    public int Ahead { get; init; }

    /// <summary>It waits although it is its turn: the queue is stopped, or its owner has had all of the device they get within a day. Empty otherwise.</summary>
    public string Held { get; init; } = "";

    /// <summary>How far it is; null before it begins and after its end.</summary>
    public CreationProgress? Progress { get; init; }

    /// <summary>What went wrong and what to do; empty unless it failed.</summary>
    public string Error { get; init; } = "";

    /// <summary>Only the owner changes it.</summary>
    public bool MayChange { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>JSON of what was asked; the kind's page reads it.</summary>
    public required string Request { get; init; }

    /// <summary>JSON of what came of it, also while it is made; empty before.</summary>
    public string Result { get; init; } = "";

    /// <summary>Indices of the results its owner starred.</summary>
    public IReadOnlyList<int> Starred { get; init; } = [];

    /// <summary>True while it is not at an end.</summary>
    public bool IsOpen => State is CreationState.Queued or CreationState.Running;

    /// <summary>Address of one of its files.</summary>
    public string File(string name) => $"/files/creations/{Id}/{name}";
}

/// <summary>A file that comes with a request.</summary>
/// <param name="FileName">Its name as the user knows it.</param>
/// <param name="Content">Its bytes, read once.</param>
public sealed record CreationUpload(string FileName, Stream Content);

/// <summary>The model a page makes something with.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="ModelName">Its name.</param>
/// <param name="VersionId">The version.</param>
/// <param name="VersionName">Its name.</param>
/// <param name="Person">Who is shown.</param>
/// <param name="Resolution">Side of its pictures in pixels.</param>
/// <param name="Attributes">What it controls.</param>
/// <param name="MayCreate">Only the owner of the model makes things with it.</param>
public sealed record CreationModel(Guid ModelId, string ModelName, Guid VersionId, string VersionName, string Person, int Resolution, IReadOnlyList<ControlledAttribute> Attributes, bool MayCreate);

/// <summary>An attribute a model controls.</summary>
/// <param name="Name">Name as files call it.</param>
/// <param name="Unit">°, %, years; empty for tags.</param>
/// <param name="Minimum">Least value of the gallery.</param>
/// <param name="Maximum">Greatest value of the gallery.</param>
/// <param name="Labels">Words for the values of a tag; empty for measured attributes.</param>
public sealed record ControlledAttribute(string Name, string Unit, double Minimum, double Maximum, IReadOnlyList<string> Labels);

using WebStudio.Server.Access;

namespace WebStudio.Server.Albums;

/// <summary>Photos of one person, uploaded by a user.</summary>
internal sealed class Album : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    public required string Name { get; set; }

    /// <summary>Name of the person shown.</summary>
    public required string Person { get; set; }

    /// <summary>True for a synthetic person made by the program for trying it out.</summary>
    public bool IsSample { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Without it, or after its end, training is refused.</summary>
    public Consent? Consent { get; set; }

    /// <summary>Grows with every change of photos or decisions; curation compares it with <see cref="CuratedRevision"/>.</summary>
    public int Revision { get; set; }

    /// <summary>The revision that verdicts, thumbnails and the outcome belong to.</summary>
    public int CuratedRevision { get; set; }

    /// <summary>The curator's sentence on the whole album; empty before the first curation.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>When it went to the bin; null while it is in use. What is in the bin does not exist for queries that do not ask for it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public List<Photo> Photos { get; } = [];
}

/// <summary>Who agreed that a model of the person is made.</summary>
internal sealed class Consent
{
    /// <summary>The person who agrees, or who stands for them.</summary>
    public required string GivenBy { get; set; }

    /// <summary>What may be done, in their words.</summary>
    public required string Scope { get; set; }

    /// <summary>Last day on which it holds; null without an end.</summary>
    public DateOnly? Until { get; set; }

    public DateTimeOffset RecordedAt { get; set; }

    /// <summary>True while training may start.</summary>
    public bool HoldsOn(DateOnly day) => Until is not { } until || day <= until;
}

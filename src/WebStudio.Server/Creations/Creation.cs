using WebStudio.Components.Creations;
using WebStudio.Server.Access;
using WebStudio.Server.Models;

namespace WebStudio.Server.Creations;

/// <summary>Something made with a version of a model: new portraits, an opened photo, a repaired one, a comparison. Its files lie in a folder of its own.</summary>
internal sealed class Creation : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    public Guid VersionId { get; set; }

    public ModelVersion? Version { get; set; }

    /// <summary>Made by the page that asks: the same request sent twice makes one creation.</summary>
    public Guid RequestId { get; set; }

    public CreationKind Kind { get; set; }

    public required string Name { get; set; }

    /// <summary>JSON of what was asked.</summary>
    public required string Request { get; set; }

    /// <summary>JSON of what came of it; empty until it is ready.</summary>
    public string Result { get; set; } = "";

    /// <summary>Indices of the results its owner starred, comma-separated.</summary>
    public string Starred { get; set; } = "";

    public CreationState State { get; set; }

    /// <summary>What went wrong, and what to do about it; empty unless it failed.</summary>
    public string Error { get; set; } = "";

    /// <summary>Seconds of the device it has used: fair share counts them.</summary>
    public double DeviceSeconds { get; set; }

    /// <summary>Size of the folder.</summary>
    public long Bytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}

using WebStudio.Server.Access;
using WebStudio.Server.Models;

namespace WebStudio.Server.Jobs;

/// <summary>Where a job stands.</summary>
internal enum JobState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Reads photos and finds anchors.</summary>
    Preparing,

    /// <summary>Trains.</summary>
    Running,

    /// <summary>Stopped by its owner with a checkpoint; goes on when resumed.</summary>
    Paused,

    /// <summary>Made its version.</summary>
    Succeeded,

    /// <summary>Ended with <see cref="Job.Error"/>.</summary>
    Failed,

    /// <summary>Ended by its owner.</summary>
    Cancelled,
}

/// <summary>What a job does.</summary>
internal enum JobKind
{
    /// <summary>Trains a version of a model.</summary>
    Training,

    /// <summary>Trains the peers of a version and measures it beside them.</summary>
    Study,
}

/// <summary>A piece of long work on the device.</summary>
internal sealed class Job : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    /// <summary>Made by the page that asks: the same request sent twice starts one job.</summary>
    public Guid RequestId { get; set; }

    public JobKind Kind { get; set; }

    public Guid AlbumId { get; set; }

    /// <summary>The version that is studied; null for a training.</summary>
    public Guid? VersionId { get; set; }

    public Guid ModelId { get; set; }

    public Model? Model { get; set; }

    /// <summary>Set by supervisors: the highest goes first, whatever was used; 0 for everybody, 1 first, −1 last.</summary>
    public int Priority { get; set; }

    /// <summary>JSON of the request: attributes, levels, quality, base.</summary>
    public required string Request { get; set; }

    public JobState State { get; set; }

    /// <summary>What went wrong, and what to do about it; empty unless it failed.</summary>
    public string Error { get; set; } = "";

    /// <summary>Seconds of the device it has used: what fair share counts.</summary>
    public double DeviceSeconds { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}

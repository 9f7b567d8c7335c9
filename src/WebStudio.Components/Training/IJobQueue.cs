using WebStudio.Components.Access;

namespace WebStudio.Components.Training;

/// <summary>The queue of the device: everybody's place in it, and what supervisors and admins do with it.</summary>
public interface IJobQueue
{
    /// <summary>Everybody's jobs that are not at an end, in the order of their turn.</summary>
    Task<QueueView> ReadAsync(Viewer viewer);

    /// <summary>Puts a waiting job of the supervisor's studio before or behind the others; does nothing for anybody else.</summary>
    /// <param name="viewer">A supervisor.</param>
    /// <param name="job">The job.</param>
    /// <param name="priority">1 for first, 0 for its turn, −1 for last.</param>
    Task PrioritizeAsync(Viewer viewer, Guid job, int priority);

    /// <summary>Stops the whole queue, or lets it go on; for admins. What runs is kept with a checkpoint and goes on later.</summary>
    Task SetPausedAsync(Viewer viewer, bool paused);
}

/// <summary>The queue.</summary>
/// <param name="Entries">Jobs under way, waiting, paused.</param>
/// <param name="PausedBy">Name of the admin who stopped the queue; null while it goes.</param>
/// <param name="PausedSince">When.</param>
public sealed record QueueView(IReadOnlyList<QueueEntry> Entries, string? PausedBy, DateTimeOffset? PausedSince);

/// <summary>A line of the queue.</summary>
/// <param name="Name">What is done, or "somebody's work".</param>
/// <param name="Owner">Name of the owner for those who may know it; empty otherwise.</param>
/// <param name="State">The state by its name.</param>
/// <param name="CreatedAt">When it was asked for.</param>
public sealed record QueueEntry(string Name, string Owner, string State, DateTimeOffset CreatedAt)
{
    /// <summary>The job, where the viewer may open it; null for somebody else's.</summary>
    public Guid? JobId { get; init; }

    /// <summary>Share done, 0 to 1; null while unknown.</summary>
    public double? Share { get; init; }

    /// <summary>When it is likely to begin; null while that is not known, or where it does not wait.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>What it waits for beside its turn, as a sentence; empty where nothing else holds it up.</summary>
    public string Waits { get; init; } = "";

    /// <summary>1 first, 0 in its turn, −1 last.</summary>
    public int Priority { get; init; }

    /// <summary>Whether the viewer may change the priority.</summary>
    public bool MayPrioritize { get; init; }
}

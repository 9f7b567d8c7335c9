using WebStudio.Components.Access;

namespace WebStudio.Components.Admin;

/// <summary>How the server was at one moment.</summary>
/// <param name="At">When.</param>
public sealed record ServerSample(DateTimeOffset At)
{
    /// <summary>Jobs that wait.</summary>
    public int Waiting { get; init; }

    /// <summary>Seconds of one photo in one training step; 0 before the first.</summary>
    public double SecondsPerPhoto { get; init; }

    /// <summary>Median time of making a preview, milliseconds; null where nobody edited.</summary>
    public double? EditMedian { get; init; }

    /// <summary>95th percentile of the same.</summary>
    public double? EditHigh { get; init; }

    /// <summary>Share of models that were open when they were asked for, 0 to 1; null before the first.</summary>
    public double? CacheHits { get; init; }

    /// <summary>Tensors that are not disposed.</summary>
    public long Tensors { get; init; }

    /// <summary>Memory of the server, bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Open circuits and editor connections.</summary>
    public int Connections { get; init; }

    /// <summary>Accounts that have one open.</summary>
    public int Users { get; init; }

    /// <summary>Size of the data folder, bytes.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Free space of its disk, bytes.</summary>
    public long FreeBytes { get; init; }
}

/// <summary>A part of the server and whether it works.</summary>
/// <param name="Name">The part.</param>
/// <param name="Works">It does.</param>
/// <param name="Text">What there is to say of it.</param>
public sealed record ServerPart(string Name, bool Works, string Text);

/// <summary>What the admin's page of the server shows.</summary>
public interface IServerStatus
{
    /// <summary>Samples of the last day, the oldest first, one a minute; empty for whoever is no admin.</summary>
    IReadOnlyList<ServerSample> Samples(Viewer viewer);

    /// <summary>Whether the parts work, looked at now; empty for whoever is no admin.</summary>
    Task<IReadOnlyList<ServerPart>> PartsAsync(Viewer viewer);
}

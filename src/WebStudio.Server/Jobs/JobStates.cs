namespace WebStudio.Server.Jobs;

/// <summary>Groups of states.</summary>
internal static class JobStates
{
    /// <summary>Not at an end.</summary>
    public static JobState[] Open { get; } = [JobState.Queued, JobState.Preparing, JobState.Running, JobState.Paused];

    /// <summary>Holds the device, or held it when the server ended.</summary>
    public static JobState[] Active { get; } = [JobState.Preparing, JobState.Running];
}

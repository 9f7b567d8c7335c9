namespace WebStudio.Server.Jobs;

/// <summary>Groups of states.</summary>
internal static class JobStates
{
    /// <summary>Not at an end.</summary>
    public static JobState[] Open { get; } = [JobState.Queued, JobState.Preparing, JobState.Running, JobState.Paused];

    /// <summary>Holds the device, or held it when the server ended.</summary>
    public static JobState[] Active { get; } = [JobState.Preparing, JobState.Running];

    /// <summary>What is wanted of a run that is asked to stop again: what the server asks for (null where it ends, Queued where the queue is stopped) takes no wish of the owner back.</summary>
    public static JobState? Wish(JobState? held, JobState? asked) => asked is null or JobState.Queued ? held ?? asked : asked;
}

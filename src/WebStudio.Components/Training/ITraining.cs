using WebStudio.Components.Access;

namespace WebStudio.Components.Training;

/// <summary>What the training pages need. What is not visible to the viewer is null or does nothing.</summary>
public interface ITraining
{
    /// <summary>What an album offers; null when there is none for this viewer to train on.</summary>
    Task<TrainingPlan?> PlanAsync(Viewer viewer, Guid album);

    /// <summary>Puts a training into the queue.</summary>
    /// <returns>The job, or what speaks against it as a sentence.</returns>
    Task<(Guid? Job, string? Refusal)> StartAsync(Viewer viewer, TrainingRequest request);

    /// <summary>A job; null when there is none for this viewer.</summary>
    Task<JobView?> FindAsync(Viewer viewer, Guid job);

    /// <summary>Gives the device away and keeps the state.</summary>
    Task PauseAsync(Viewer viewer, Guid job);

    /// <summary>Puts a paused or failed job back into the queue.</summary>
    Task ResumeAsync(Viewer viewer, Guid job);

    /// <summary>Ends a job.</summary>
    /// <param name="viewer">Its owner.</param>
    /// <param name="job">The job.</param>
    /// <param name="keep">True: what there is becomes a version; false: it is dropped.</param>
    Task CancelAsync(Viewer viewer, Guid job, bool keep);

    /// <summary>Calls back on any thread when a job changed; until disposed.</summary>
    IDisposable Watch(Guid job, Action changed);
}

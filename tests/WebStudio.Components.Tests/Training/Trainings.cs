using WebStudio.Components.Access;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

/// <summary>Trainings as a test sets them up, and what pages asked for.</summary>
internal sealed class Trainings : ITraining
{
    private readonly List<Action> _watching = [];

    public TrainingPlan? Plan { get; set; }

    public JobView? Job { get; set; }

    /// <summary>What a start is answered.</summary>
    public (Guid? Job, string? Refusal) Answer { get; set; } = (Guid.NewGuid(), null);

    /// <summary>While it is set, plan and start wait for it.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public List<TrainingRequest> Started { get; } = [];

    /// <summary>pause, resume, keep or drop.</summary>
    public List<string> Asked { get; } = [];

    public int Watching => _watching.Count;

    /// <summary>Something happened to the job.</summary>
    public void Becomes(JobView? job)
    {
        Job = job;
        _watching.ForEach(changed => changed());
    }

    public Task<TrainingPlan?> PlanAsync(Viewer viewer, Guid album) => Held(() => Plan);

    public Task<(Guid? Job, string? Refusal)> StartAsync(Viewer viewer, TrainingRequest request)
    {
        Started.Add(request);
        return Held(() => Answer);
    }

    public Task<JobView?> FindAsync(Viewer viewer, Guid job) => Task.FromResult(Job);

    public Task PauseAsync(Viewer viewer, Guid job) => Note("pause");

    public Task ResumeAsync(Viewer viewer, Guid job) => Note("resume");

    public Task CancelAsync(Viewer viewer, Guid job, bool keep) => Note(keep ? "keep" : "drop");

    public IDisposable Watch(Guid job, Action changed)
    {
        _watching.Add(changed);
        return new Subscription(() => _watching.Remove(changed));
    }

    private Task Note(string what)
    {
        Asked.Add(what);
        return Task.CompletedTask;
    }

    private async Task<T> Held<T>(Func<T> answer)
    {
        if (Hold is { } hold)
            await hold.Task;
        return answer();
    }
}

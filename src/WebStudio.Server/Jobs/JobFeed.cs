using System.Collections.Concurrent;
using WebStudio.Components.Access;
using WebStudio.Components.Training;

namespace WebStudio.Server.Jobs;

/// <summary>Tells open pages of jobs: owners of theirs (for toasts and cards), and whoever watches one of its progress.</summary>
internal sealed class JobFeed(ILogger<JobFeed> log) : IJobFeed
{
    private readonly ConcurrentDictionary<Guid, (string Owner, Action<JobNotice> Changed)> _owners = new();
    private readonly ConcurrentDictionary<Guid, (Guid Job, Action Changed)> _watchers = new();

    public IDisposable Subscribe(Viewer viewer, Action<JobNotice> changed)
    {
        var id = Guid.NewGuid();
        _owners[id] = (viewer.UserId, changed);
        return new Subscription(() => _owners.TryRemove(id, out _));
    }

    public IDisposable Watch(Guid job, Action changed)
    {
        var id = Guid.NewGuid();
        _watchers[id] = (job, changed);
        return new Subscription(() => _watchers.TryRemove(id, out _));
    }

    /// <summary>The job's state changed.</summary>
    public void Changed(string owner, JobNotice notice)
    {
        foreach (var (subscriber, changed) in _owners.Values)
            if (subscriber == owner)
                Tell(() => changed(notice));
        Progressed(notice.JobId);
    }

    /// <summary>The job went on.</summary>
    public void Progressed(Guid job)
    {
        foreach (var (watched, changed) in _watchers.Values)
            if (watched == job)
                Tell(changed);
    }

    /// <summary>A page that fails fails alone: the training tells it from the device's own thread.</summary>
    private void Tell(Action page)
    {
        try
        {
            page();
        }
#pragma warning disable CA1031 // whatever a page throws
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "A page that watches a job failed");
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

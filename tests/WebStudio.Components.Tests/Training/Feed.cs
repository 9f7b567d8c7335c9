using WebStudio.Components.Access;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

/// <summary>Notices that a test sends itself.</summary>
internal sealed class Feed : IJobFeed
{
    private readonly List<Action<JobNotice>> _listeners = [];

    public int Listeners => _listeners.Count;

    public IDisposable Subscribe(Viewer viewer, Action<JobNotice> changed)
    {
        _listeners.Add(changed);
        return new Subscription(() => _listeners.Remove(changed));
    }

    public void Tell(JobNotice notice) => _listeners.ForEach(listener => listener(notice));
}

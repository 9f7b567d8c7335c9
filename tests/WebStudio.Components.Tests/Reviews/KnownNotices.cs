using WebStudio.Components.Access;
using WebStudio.Components.Reviews;

namespace WebStudio.Components.Tests.Reviews;

/// <summary>Notices that a test puts there.</summary>
internal sealed class KnownNotices : INotices
{
    private readonly List<Action> _watchers = [];

    public List<NoticeView> Rows { get; } = [];

    public int Watchers => _watchers.Count;

    public void Tell(string text, string href)
    {
        Rows.Insert(0, new(Guid.NewGuid(), text, href, DateTimeOffset.UtcNow, false));
        _watchers.ForEach(changed => changed());
    }

    public Task<IReadOnlyList<NoticeView>> ListAsync(Viewer viewer) => Task.FromResult<IReadOnlyList<NoticeView>>([.. Rows]);

    public Task ReadAsync(Viewer viewer, Guid? notice)
    {
        for (var i = 0; i < Rows.Count; i++)
            if (notice is null || Rows[i].Id == notice)
                Rows[i] = Rows[i] with { IsRead = true };
        _watchers.ForEach(changed => changed());
        return Task.CompletedTask;
    }

    public IDisposable Watch(Viewer viewer, Action changed)
    {
        _watchers.Add(changed);
        return new Subscription(() => _watchers.Remove(changed));
    }
}

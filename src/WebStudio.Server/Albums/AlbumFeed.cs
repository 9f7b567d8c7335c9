using System.Collections.Concurrent;

namespace WebStudio.Server.Albums;

/// <summary>Tells open album pages that something changed, at most a few times a second.</summary>
internal sealed class AlbumFeed(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private readonly ConcurrentDictionary<Guid, Subscription> _subscriptions = new();

    public IDisposable Subscribe(Guid album, Action changed)
    {
        var subscription = new Subscription(album, changed, time, gone => _subscriptions.TryRemove(gone.Id, out _));
        _subscriptions[subscription.Id] = subscription;
        return subscription;
    }

    public void Changed(Guid album)
    {
        foreach (var subscription in _subscriptions.Values)
            if (subscription.Album == album)
                subscription.Changed();
    }

    private sealed class Subscription : IDisposable
    {
        private readonly ITimer _timer;
        private readonly Action<Subscription> _gone;
        private int _pending;

        public Subscription(Guid album, Action changed, TimeProvider time, Action<Subscription> gone)
        {
            (Album, _gone) = (album, gone);
            _timer = time.CreateTimer(_ =>
            {
                Interlocked.Exchange(ref _pending, 0);
                changed();
            }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public Guid Id { get; } = Guid.NewGuid();

        public Guid Album { get; }

        public void Changed()
        {
            if (Interlocked.Exchange(ref _pending, 1) == 0)
                _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _gone(this);
            _timer.Dispose();
        }
    }
}

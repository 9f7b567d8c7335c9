using System.Collections.Concurrent;

namespace WebStudio.Server.Albums;

/// <summary>Tells open pages that an album changed, many changes shortly after one another as one, and curation that there may be work.</summary>
internal sealed class AlbumFeed(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<Watcher, byte> _watchers = new();
    private readonly SemaphoreSlim _work = new(0);

    /// <summary>Watches one album until the result is disposed.</summary>
    /// <param name="albumId">The album.</param>
    /// <param name="changed">Called on a pool thread.</param>
    public IDisposable Watch(Guid albumId, Action changed)
    {
        var watcher = new Watcher(this, albumId, changed);
        _watchers.TryAdd(watcher, 0);
        return watcher;
    }

    /// <summary>Something about the album is different now, and is in the database already.</summary>
    public void Changed(Guid albumId)
    {
        Shown(albumId);
        if (_work.CurrentCount == 0)
            _work.Release();
    }

    /// <summary>As <see cref="Changed"/>, for what curation itself found: pages want it, curation knows it.</summary>
    public void Shown(Guid albumId)
    {
        foreach (var watcher in _watchers.Keys)
            if (watcher.AlbumId == albumId)
                watcher.Poke();
    }

    /// <summary>Waits for the next change of any album.</summary>
    /// <param name="atMost">How long.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>False when nothing changed for so long.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancel) => _work.WaitAsync(atMost, cancel);

    public void Dispose()
    {
        foreach (var watcher in _watchers.Keys)
            watcher.Dispose();
        _work.Dispose();
    }

    private sealed class Watcher : IDisposable
    {
        private readonly AlbumFeed _feed;
        private readonly ITimer _timer;
        private int _poked;

        public Watcher(AlbumFeed feed, Guid albumId, Action changed)
        {
            (_feed, AlbumId) = (feed, albumId);
            _timer = feed.Time.CreateTimer(_ =>
            {
                Interlocked.Exchange(ref _poked, 0);
                changed();
            }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public Guid AlbumId { get; }

        public void Poke()
        {
            if (Interlocked.Exchange(ref _poked, 1) == 0)
                _timer.Change(Gathering, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _feed._watchers.TryRemove(this, out _);
            _timer.Dispose();
        }
    }

    private TimeProvider Time => time;
}

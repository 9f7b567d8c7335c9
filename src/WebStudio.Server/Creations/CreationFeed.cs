using System.Collections.Concurrent;
using WebStudio.Components.Creations;

namespace WebStudio.Server.Creations;

/// <summary>Where creations under way are, and who watches them.</summary>
internal sealed class CreationFeed(ILogger<CreationFeed> log)
{
    private readonly ConcurrentDictionary<Guid, (CreationProgress Progress, string? Result)> _now = new();
    private readonly ConcurrentDictionary<Guid, (Guid Creation, Action Changed)> _watchers = new();

    /// <summary>Progress of a creation under way, and what of its result can be shown; null while it is not.</summary>
    public (CreationProgress Progress, string? Result)? Find(Guid creation) => _now.TryGetValue(creation, out var now) ? now : null;

    public void Set(Guid creation, CreationProgress progress, string? result)
    {
        _now.AddOrUpdate(creation, (progress, result), (_, before) => (progress, result ?? before.Result));
        Changed(creation);
    }

    /// <summary>It is not under way any more.</summary>
    public void Clear(Guid creation) => _now.TryRemove(creation, out _);

    public void Changed(Guid creation)
    {
        foreach (var (watched, changed) in _watchers.Values)
        {
            if (watched != creation)
                continue;
            try
            {
                changed();
            }
#pragma warning disable CA1031 // a page that fails fails alone: this is the device's thread
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogWarning(e, "A page that watches a creation failed");
            }
        }
    }

    public IDisposable Watch(Guid creation, Action changed)
    {
        var id = Guid.NewGuid();
        _watchers[id] = (creation, changed);
        return new Subscription(() => _watchers.TryRemove(id, out _));
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

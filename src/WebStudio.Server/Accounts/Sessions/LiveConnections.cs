using System.Collections.Concurrent;

namespace WebStudio.Server.Accounts.Sessions;

/// <summary>
/// Connections that stay open for long, circuits and hubs, by the session they were opened in. A cookie is looked at when a connection begins; ending a session has to cut what began before.
/// </summary>
internal sealed class LiveConnections
{
    private readonly ConcurrentDictionary<string, Entry> _open = new();

    /// <summary>Connections open now.</summary>
    public int Count => _open.Count;

    /// <summary>Accounts with a connection open now.</summary>
    public int Users => _open.Values.Select(entry => entry.UserId).Distinct().Count();

    /// <summary>Notes a connection for as long as the result is not disposed.</summary>
    /// <param name="http">Its request.</param>
    /// <param name="userId">Whose it is.</param>
    /// <param name="session">The session; null for a programme's token.</param>
    public IDisposable Add(HttpContext http, string userId, Guid? session)
    {
        var key = Guid.NewGuid().ToString("N");
        _open[key] = new(userId, session, http.Abort);
        return new Removal(() => _open.TryRemove(key, out _));
    }

    /// <summary>Cuts the connections of an account.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="which">Which of its sessions; null for all, and for what is not of a session.</param>
    public void Cut(string userId, Predicate<Guid?>? which = null)
    {
        foreach (var entry in _open.Values.Where(entry => entry.UserId == userId && which?.Invoke(entry.Session) != false))
            entry.Abort();
    }

    private sealed record Entry(string UserId, Guid? Session, Action Abort);

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}

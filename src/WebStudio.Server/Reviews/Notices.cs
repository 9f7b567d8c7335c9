using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Server.Data;

namespace WebStudio.Server.Reviews;

/// <summary>Tells users what they are to know: kept until read, and at once on every page they have open.</summary>
internal sealed class Notices(IDbContextFactory<StudioDb> databases, TimeProvider time, ILogger<Notices> log) : INotices
{
    private const int Most = 50;
    private readonly ConcurrentDictionary<Guid, (string User, Action Changed)> _pages = new();

    public async Task TellAsync(string userId, string text, string href)
    {
        await using (var db = await databases.CreateDbContextAsync())
        {
            db.Notices.Add(new() { UserId = userId, Text = text, Href = href, At = time.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        Changed(userId);
    }

    public async Task<IReadOnlyList<NoticeView>> ListAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        return [.. (await db.Notices.AsNoTracking().Where(n => n.UserId == viewer.UserId).OrderByDescending(n => n.At).Take(Most).ToListAsync()).Select(n => new NoticeView(n.Id, n.Text, n.Href, n.At, n.ReadAt is not null))];
    }

    public async Task ReadAsync(Viewer viewer, Guid? notice)
    {
        await using (var db = await databases.CreateDbContextAsync())
            await db.Notices.Where(n => n.UserId == viewer.UserId && n.ReadAt == null && (notice == null || n.Id == notice)).ExecuteUpdateAsync(set => set.SetProperty(n => n.ReadAt, time.GetUtcNow()));
        Changed(viewer.UserId);
    }

    public IDisposable Watch(Viewer viewer, Action changed)
    {
        var id = Guid.NewGuid();
        _pages[id] = (viewer.UserId, changed);
        return new Subscription(() => _pages.TryRemove(id, out _));
    }

    private void Changed(string user)
    {
        foreach (var (owner, changed) in _pages.Values)
        {
            if (owner != user)
                continue;
            try
            {
                changed();
            }
#pragma warning disable CA1031 // a page that fails fails alone
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogWarning(e, "A page that shows notices failed");
            }
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Accounts.Sessions;

/// <summary>
/// Who is signed in where. A cookie alone lets nobody in: its session has to be in the database, so that ending one works at once, also for a copied cookie, and cuts the pages that are open.
/// </summary>
internal sealed class SessionRegistry(IDbContextFactory<StudioDb> databases, LiveConnections connections, TimeProvider time)
{
    /// <summary>Claim of the cookie that names the session.</summary>
    public const string Claim = "webstudio:session";

    /// <summary>How long a cookie holds without a visit; rows older than that are of nobody.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(14);

    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    // What was found open lately: pictures of a page come by the hundred, each with the cookie.
    private readonly ConcurrentDictionary<Guid, (string UserId, DateTimeOffset UsedAt)> _known = new();

    // What was ended since the start: a request that read the row just before must not note it as open afterwards.
    private readonly ConcurrentDictionary<Guid, bool> _ended = new();

    /// <summary>Sessions of an account have ended: all that the condition holds for. On any thread.</summary>
    public event Action<string, Predicate<Guid?>>? Ended;

    /// <summary>The session a signed-in browser is in.</summary>
    public static Guid? Of(ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(Claim), out var id) ? id : null;

    /// <summary>Begins a session.</summary>
    public async Task<Guid> StartAsync(string userId, string device)
    {
        var now = time.GetUtcNow();
        var session = new SignInSession { UserId = userId, Device = device, CreatedAt = now, UsedAt = now };
        await using var db = await databases.CreateDbContextAsync();
        var before = now - Validity;
        await db.SignInSessions.Where(s => s.UserId == userId && s.UsedAt < before).ExecuteDeleteAsync(); // cookies that nobody can hold any more
        db.SignInSessions.Add(session);
        await db.SaveChangesAsync();
        return session.Id;
    }

    /// <summary>Whether a session still holds; notes that it is used.</summary>
    public async Task<bool> IsOpenAsync(Guid id, string userId)
    {
        if (_ended.ContainsKey(id))
            return false;
        var now = time.GetUtcNow();
        if (_known.TryGetValue(id, out var known) && now - known.UsedAt < Precision)
            return known.UserId == userId;
        await using var db = await databases.CreateDbContextAsync();
        if (!await NoteUseAsync(db.SignInSessions.Where(s => s.Id == id && s.UserId == userId), now))
            return false;
        _known[id] = (userId, now);
        return !_ended.ContainsKey(id);
    }

    private static async Task<bool> NoteUseAsync(IQueryable<SignInSession> session, DateTimeOffset now)
    {
        try
        {
            return await session.ExecuteUpdateAsync(set => set.SetProperty(s => s.UsedAt, now)) > 0;
        }
        catch (Exception e) when (DiskFull.Caused(e))
        {
            return await session.AnyAsync(); // let in without the note: who would make room comes this way too
        }
    }

    /// <summary>Sessions of an account, the last used first.</summary>
    public async Task<IReadOnlyList<SignInSession>> ListAsync(string userId)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.SignInSessions.AsNoTracking().Where(s => s.UserId == userId).OrderByDescending(s => s.UsedAt).ToListAsync();
    }

    /// <summary>Ends one session of an account: its cookie is worth nothing any more, its open pages are cut.</summary>
    public Task EndAsync(string userId, Guid id) => EndAsync(userId, session => session == id);

    /// <summary>Ends every session of an account, and cuts its programmes' connections.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="except">The session that stays; null to end them all.</param>
    public Task EndAllAsync(string userId, Guid? except = null) => EndAsync(userId, session => session is null || session != except);

    private async Task EndAsync(string userId, Predicate<Guid?> which)
    {
        await using (var db = await databases.CreateDbContextAsync())
        {
            var ended = (await db.SignInSessions.Where(s => s.UserId == userId).Select(s => s.Id).ToListAsync()).FindAll(id => which(id));
            foreach (var id in ended)
                _ended[id] = true;
            await db.SignInSessions.Where(s => ended.Contains(s.Id)).ExecuteDeleteAsync();
            foreach (var id in ended)
                _known.TryRemove(id, out _);
        }
        Ended?.Invoke(userId, which);
        connections.Cut(userId, which);
    }
}

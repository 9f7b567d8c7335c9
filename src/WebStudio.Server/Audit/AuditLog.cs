using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Server.Accounts;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Audit;

/// <summary>Writes the audit log, and reads it for supervisors of the studio.</summary>
internal sealed class AuditLog(IDbContextFactory<StudioDb> databases, TimeProvider time) : IAudit, IDisposable
{
    private const int PageSize = 50;
    private static readonly TimeSpan SameView = TimeSpan.FromMinutes(10);

    // Pictures of a page come by the hundred at the same moment: one of them is noted, the others cost nothing.
    private readonly ConcurrentDictionary<(string Actor, Guid Subject), DateTimeOffset> _looks = new();
    private readonly SemaphoreSlim _one = new(1);

    public Task WriteAsync(Viewer actor, string action, string subject, Guid id, string detail = "") => WriteAsync(actor.UserId, actor.StudioId, action, subject, id, detail);

    /// <summary>Somebody is let in.</summary>
    /// <param name="user">Who.</param>
    /// <param name="how">By which means.</param>
    public Task SignedInAsync(StudioUser user, string how) => WriteAsync(user.Id, user.StudioId, AuditActions.SignedIn, "account", Guid.TryParse(user.Id, out var id) ? id : Guid.Empty, how);

    /// <summary>Something was erased for good: for the log it is whoever deleted it who did it.</summary>
    public Task ErasedAsync(Deletion erased) => WriteAsync(erased.DeletedById, erased.StudioId, AuditActions.Erased, erased.Kind.ToString().ToLowerInvariant(), erased.SubjectId, FormattableString.Invariant($"{erased.Files} files"));

    /// <summary>Somebody looked at what is not theirs; looking again within ten minutes is the same look.</summary>
    public async Task ViewedAsync(Viewer viewer, string ownerId, string subject, Guid id)
    {
        if (viewer.UserId == ownerId || IsNoted())
            return;
        await _one.WaitAsync();
        try
        {
            if (IsNoted())
                return;
            var now = time.GetUtcNow();
            foreach (var (look, at) in _looks)
                if (now - at >= SameView)
                    _looks.TryRemove(look, out _);
            await using var db = await databases.CreateDbContextAsync();
            var since = now - SameView;
            var last = await db.AuditEntries.Where(e => e.ActorId == viewer.UserId && e.SubjectId == id && e.Action == AuditActions.Viewed && e.At > since).OrderByDescending(e => e.At).Select(e => (DateTimeOffset?)e.At).FirstOrDefaultAsync();
            if (last is null)
                await WriteAsync(viewer, AuditActions.Viewed, subject, id);
            _looks[(viewer.UserId, id)] = last ?? now;
        }
        finally
        {
            _one.Release();
        }

        bool IsNoted() => _looks.TryGetValue((viewer.UserId, id), out var at) && time.GetUtcNow() - at < SameView;
    }

    public void Dispose() => _one.Dispose();

    public async Task<AuditPage> ReadAsync(Viewer viewer, string? action, int page)
    {
        if (!viewer.IsSupervisor && !viewer.IsAdmin)
            return new([], 0, []);
        await using var db = await databases.CreateDbContextAsync();
        var rows = db.AuditEntries.AsNoTracking().Where(e => e.StudioId == viewer.StudioId && (action == null || e.Action == action));
        var found = await rows.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Skip(Math.Max(0, page) * PageSize).Take(PageSize)
            .Select(e => new { Entry = e, Actor = db.Users.Where(u => u.Id == e.ActorId).Select(u => u.DisplayName).FirstOrDefault() }).ToListAsync();
        var names = await AuditNames.FindAsync(db, found.ConvertAll(f => f.Entry));
        return new([.. found.Select(f => new AuditLine(f.Entry.At, f.Actor ?? "a deleted account", f.Entry.Action, f.Entry.Subject, f.Entry.SubjectId, string.Join(": ", ((string[])[names.GetValueOrDefault(f.Entry.SubjectId, ""), f.Entry.Detail]).Where(word => word.Length > 0))))], (await rows.CountAsync() + PageSize - 1) / PageSize, AuditActions.All);
    }

    /// <summary>Makes the database itself refuse to change or delete what is in the log; whoever has the program's rights has to go out of their way.</summary>
    public static Task ProtectAsync(StudioDb db) => StudioDatabase.KeepRowsAsync(db, "AuditEntries", "The audit log is only added to.");

    private async Task WriteAsync(string actor, Guid studio, string action, string subject, Guid id, string detail)
    {
        await using var db = await databases.CreateDbContextAsync();
        db.AuditEntries.Add(new() { At = time.GetUtcNow(), ActorId = actor, StudioId = studio, Action = action, Subject = subject, SubjectId = id, Detail = detail });
        await db.SaveChangesAsync();
    }
}

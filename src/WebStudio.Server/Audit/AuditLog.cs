using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Server.Data;

namespace WebStudio.Server.Audit;

/// <summary>Writes the audit log, and reads it for supervisors of the studio.</summary>
internal sealed class AuditLog(IDbContextFactory<StudioDb> databases, TimeProvider time) : IAudit
{
    private const int PageSize = 50;
    private static readonly TimeSpan SameView = TimeSpan.FromMinutes(10);

    public async Task WriteAsync(Viewer actor, string action, string subject, Guid id, string detail = "")
    {
        await using var db = await databases.CreateDbContextAsync();
        db.AuditEntries.Add(new() { At = time.GetUtcNow(), ActorId = actor.UserId, StudioId = actor.StudioId, Action = action, Subject = subject, SubjectId = id, Detail = detail });
        await db.SaveChangesAsync();
    }

    /// <summary>Somebody looked at what is not theirs; looking again within ten minutes is the same look.</summary>
    public async Task ViewedAsync(Viewer viewer, string ownerId, string subject, Guid id)
    {
        if (viewer.UserId == ownerId)
            return;
        await using var db = await databases.CreateDbContextAsync();
        var since = time.GetUtcNow() - SameView;
        if (!await db.AuditEntries.AnyAsync(e => e.ActorId == viewer.UserId && e.SubjectId == id && e.Action == AuditActions.Viewed && e.At > since))
            await WriteAsync(viewer, AuditActions.Viewed, subject, id);
    }

    public async Task<AuditPage> ReadAsync(Viewer viewer, string? action, int page)
    {
        if (!viewer.IsSupervisor && !viewer.IsAdmin)
            return new([], 0, []);
        await using var db = await databases.CreateDbContextAsync();
        var rows = db.AuditEntries.AsNoTracking().Where(e => e.StudioId == viewer.StudioId && (action == null || e.Action == action));
        var found = await rows.OrderByDescending(e => e.At).Skip(Math.Max(0, page) * PageSize).Take(PageSize)
            .Select(e => new { Entry = e, Actor = db.Users.Where(u => u.Id == e.ActorId).Select(u => u.DisplayName).FirstOrDefault() }).ToListAsync();
        return new([.. found.Select(f => new AuditLine(f.Entry.At, f.Actor ?? "a deleted account", f.Entry.Action, f.Entry.Subject, f.Entry.SubjectId, f.Entry.Detail))], (await rows.CountAsync() + PageSize - 1) / PageSize, AuditActions.All);
    }
}

using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Exports.Everything;

/// <summary>What the server keeps about an account beside its pictures: never a secret, nor a hash of one.</summary>
internal sealed class RecordsPart(IDbContextFactory<StudioDb> databases) : IEverythingPart
{
    private const string Folder = "account";

    public async Task AddAsync(Viewer viewer, EverythingZip zip, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var id = viewer.UserId;
        var roles = await (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where link.UserId == id select role.Name).ToListAsync(cancel);
        var passkeys = await db.UserPasskeys.AsNoTracking().Where(p => p.UserId == id).ToListAsync(cancel);
        var account = await db.Users.Where(u => u.Id == id)
            .Select(u => new { u.Id, u.DisplayName, u.Email, Studio = u.Studio!.Name, u.CreatedAt, SecondFactor = u.TwoFactorEnabled, u.MostOpenJobs, u.MostDeviceMinutes, u.MostMegabytes }).SingleAsync(cancel);
        await zip.AddJsonAsync(Folder, "account.json", new { Account = account, Roles = roles, Passkeys = passkeys.ConvertAll(p => new { p.Data.Name, p.Data.CreatedAt }) });
        await zip.AddJsonAsync(Folder, "sessions.json", await db.SignInSessions.Where(s => s.UserId == id).OrderBy(s => s.CreatedAt).Select(s => new { s.Device, s.CreatedAt, s.UsedAt }).ToListAsync(cancel));
        await zip.AddJsonAsync(Folder, "tokens.json", await db.ApiTokens.Where(t => t.OwnerId == id).OrderBy(t => t.CreatedAt).Select(t => new { t.Name, t.Scopes, t.CreatedAt, t.ExpiresAt, t.UsedAt }).ToListAsync(cancel));
        await zip.AddJsonAsync(Folder, "webhooks.json", await db.Webhooks.Where(w => w.OwnerId == id).OrderBy(w => w.CreatedAt).Select(w => new { w.Address, w.CreatedAt, w.LastAt, w.LastResult }).ToListAsync(cancel));
        await zip.AddJsonAsync(Folder, "notices.json", await db.Notices.Where(n => n.UserId == id).OrderBy(n => n.At).Select(n => new { n.Text, n.At, n.ReadAt }).ToListAsync(cancel));
        await zip.AddJsonAsync(Folder, "reviews.json", await db.Reviews.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).OrderBy(r => r.SentAt).Select(r => new { r.Id, r.VersionId, r.EditId, r.State, r.Note, r.Comment, r.SentAt, r.DecidedAt }).ToListAsync(cancel));
        await zip.AddJsonAsync(Folder, "device-use.json", await db.DeviceUses.Where(u => u.OwnerId == id).OrderBy(u => u.Hour).Select(u => new { From = DateTimeOffset.UnixEpoch.AddHours(u.Hour), u.Seconds }).ToListAsync(cancel));
        var jobs = await db.Jobs.IgnoreQueryFilters(Bin.Filters).AsNoTracking().ChangeableBy(viewer).OrderBy(j => j.CreatedAt).ToListAsync(cancel);
        await zip.AddJsonAsync(Folder, "jobs.json", jobs.ConvertAll(j => new { j.Id, j.Kind, j.State, j.AlbumId, j.ModelId, j.VersionId, Request = EverythingZip.Parsed(j.Request), j.Error, j.DeviceSeconds, j.CreatedAt, j.StartedAt, j.EndedAt }));
        await zip.AddJsonAsync(Folder, "bin.json", await db.Deletions.AsNoTracking().Where(d => d.OwnerId == id).OrderBy(d => d.DeletedAt).Select(d => new { d.Kind, d.SubjectId, d.Name, d.State, d.DeletedAt, d.EraseAt, d.EndedAt, d.Files, d.Bytes }).ToListAsync(cancel));
        await zip.AddJsonAsync(Folder, "audit.json", await AuditAsync(db, viewer, cancel));
    }

    /// <summary>What the user did, and what others did to the user's account and things; who the others are is not told.</summary>
    private static async Task<object> AuditAsync(StudioDb db, Viewer viewer, CancellationToken cancel)
    {
        var id = viewer.UserId;
        List<Guid> own =
        [
            .. Guid.TryParse(id, out var self) ? [self] : (Guid[])[],
            .. await db.Albums.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).Select(a => a.Id).ToListAsync(cancel),
            .. await db.Models.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).Select(m => m.Id).ToListAsync(cancel),
            .. await db.Versions.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).Select(v => v.Id).ToListAsync(cancel),
            .. await db.SavedEdits.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).Select(e => e.Id).ToListAsync(cancel),
            .. await db.Creations.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).Select(c => c.Id).ToListAsync(cancel),
            .. await db.Reviews.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).Select(r => r.Id).ToListAsync(cancel),
            .. await db.Jobs.IgnoreQueryFilters(Bin.Filters).ChangeableBy(viewer).Select(j => j.Id).ToListAsync(cancel),
        ];
        return await db.AuditEntries.AsNoTracking().Where(e => e.ActorId == id || own.Contains(e.SubjectId)).OrderBy(e => e.At)
            .Select(e => new { e.At, By = e.ActorId == id ? "you" : "somebody else", e.Action, e.Subject, e.SubjectId, e.Detail }).ToListAsync(cancel);
    }
}

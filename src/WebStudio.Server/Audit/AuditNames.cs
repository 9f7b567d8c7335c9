using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;

namespace WebStudio.Server.Audit;

/// <summary>What the things of the log are called today. The log itself keeps no names, so that an erased album or person is not named in it for ever.</summary>
internal static class AuditNames
{
    /// <summary>Names by identifier; nothing for what is in the bin or gone.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> FindAsync(StudioDb db, List<AuditEntry> entries)
    {
        var ids = entries.Select(e => e.SubjectId).Distinct().ToList();
        var albums = await db.Albums.Where(a => ids.Contains(a.Id)).Select(a => new { a.Id, a.Name }).ToListAsync();
        var models = await db.Models.Where(m => ids.Contains(m.Id)).Select(m => new { m.Id, m.Name }).ToListAsync();
        var versions = await db.Versions.Where(v => ids.Contains(v.Id)).Select(v => new { v.Id, Name = v.Model!.Name + ", " + v.Name }).ToListAsync();
        var edits = await db.SavedEdits.Where(e => ids.Contains(e.Id)).Select(e => new { e.Id, Name = e.Version!.Model!.Name + ", " + e.Name }).ToListAsync();
        var jobs = await db.Jobs.Where(j => ids.Contains(j.Id)).Select(j => new { j.Id, j.Model!.Name }).ToListAsync();
        return albums.Concat(models).Concat(versions).Concat(edits).Concat(jobs).DistinctBy(n => n.Id).ToDictionary(n => n.Id, n => n.Name);
    }
}

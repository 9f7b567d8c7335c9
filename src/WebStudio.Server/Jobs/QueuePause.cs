using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;

namespace WebStudio.Server.Jobs;

/// <summary>Whether the whole queue stands still, by an admin's word; it outlives a restart.</summary>
internal sealed class QueuePause(IDbContextFactory<StudioDb> databases, TimeProvider time)
{
    private const string Key = "queue.paused";

    /// <summary>Who stopped it and when; null while it goes.</summary>
    public async Task<(string By, DateTimeOffset Since)?> FindAsync(CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Settings.AsNoTracking().FirstOrDefaultAsync(s => s.Key == Key, cancel) is { } row ? (row.ChangedById, row.ChangedAt) : null;
    }

    public async Task SetAsync(string admin, bool paused)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Settings.Where(s => s.Key == Key).ExecuteDeleteAsync();
        if (!paused)
            return;
        db.Settings.Add(new() { Key = Key, Value = "", ChangedAt = time.GetUtcNow(), ChangedById = admin });
        await db.SaveChangesAsync();
    }
}

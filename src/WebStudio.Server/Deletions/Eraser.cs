using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Reviews;

namespace WebStudio.Server.Deletions;

/// <summary>
/// Erases for good what is in the bin: rows in one transaction, then files, then the record of it. A server that ends between the two goes on after the next start, where
/// files whose rows are gone by then are swept as orphans (<see cref="OrphanSweep"/>). SQLite overwrites freed pages (PRAGMA secure_delete), and the log of writes is emptied.
/// </summary>
internal sealed class Eraser(IDbContextFactory<StudioDb> databases, BinContents contents, AuditLog audit, TimeProvider time)
{
    /// <summary>Erases one entry; does nothing where it was put back or is erased.</summary>
    public async Task EraseAsync(Guid entry)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Deletions.Where(d => d.Id == entry && (d.State == DeletionState.Binned || d.State == DeletionState.Erasing)).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeletionState.Erasing)) == 0)
            return;
        var row = await db.Deletions.SingleAsync(d => d.Id == entry);
        var found = await contents.FindAsync(db, row);
        var (files, bytes) = await Task.Run(() => BinContents.Measure(found));
        await EraseRowsAsync(db, row, found);
        foreach (var folder in found.Folders)
            await RemoveAsync(folder);
        // Written once, with what it was called taken out: this row is the record.
        (row.State, row.Name, row.EndedAt, row.Files, row.Bytes) = (DeletionState.Erased, "", time.GetUtcNow(), row.Files + files, row.Bytes + bytes);
        await db.SaveChangesAsync();
        await StudioDatabase.EmptyLogAsync(db);
        await audit.ErasedAsync(row);
    }

    /// <summary>Somebody may write into the folder at this very moment, who then finds the row gone and takes back what was written: it goes with the next try.</summary>
    private static async Task RemoveAsync(string folder)
    {
        const int tries = 20;
        for (var n = 1; Directory.Exists(folder); n++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (n < tries)
            {
                await Task.Delay(10 * n);
            }
        }
    }

    private async Task EraseRowsAsync(StudioDb db, Deletion row, Contents found)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var reviews = await db.Reviews.IgnoreQueryFilters(Bin.Filters).Where(r => found.Versions.Contains(r.VersionId)).Select(r => r.Id).ToListAsync();
        var told = reviews.ConvertAll(ReviewService.PageOf);
        await db.Notices.Where(n => told.Contains(n.Href)).ExecuteDeleteAsync(); // they name what was reviewed
        await db.Reviews.IgnoreQueryFilters(Bin.Filters).Where(r => reviews.Contains(r.Id)).ExecuteDeleteAsync();
        await db.SavedEdits.IgnoreQueryFilters(Bin.Filters).Where(e => found.Edits.Contains(e.Id)).ExecuteDeleteAsync();
        await db.Creations.IgnoreQueryFilters(Bin.Filters).Where(c => found.Creations.Contains(c.Id)).ExecuteDeleteAsync();
        await db.Jobs.IgnoreQueryFilters(Bin.Filters).Where(j => found.Jobs.Contains(j.Id)).ExecuteDeleteAsync();
        await db.Versions.IgnoreQueryFilters(Bin.Filters).Where(v => found.Versions.Contains(v.Id)).ExecuteDeleteAsync();
        await db.Models.IgnoreQueryFilters(Bin.Filters).Where(m => found.Models.Contains(m.Id)).ExecuteDeleteAsync();
        await db.Photos.IgnoreQueryFilters(Bin.Filters).Where(p => found.Albums.Contains(p.AlbumId)).ExecuteDeleteAsync();
        await db.Albums.IgnoreQueryFilters(Bin.Filters).Where(a => found.Albums.Contains(a.Id)).ExecuteDeleteAsync();
        if (row.Kind == DeletionKind.Account)
            await EraseAccountAsync(db, row.OwnerId);
        // Entries of what lay within it end with it.
        Guid[] within = [.. found.Albums, .. found.Models, .. found.Versions];
        var now = time.GetUtcNow();
        await db.Deletions.Where(d => d.Id != row.Id && d.State == DeletionState.Binned && within.Contains(d.SubjectId))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeletionState.Erased).SetProperty(d => d.Name, "").SetProperty(d => d.EndedAt, now));
        await transaction.CommitAsync();
    }

    private static async Task EraseAccountAsync(StudioDb db, string user)
    {
        await db.Reviews.IgnoreQueryFilters(Bin.Filters).Where(r => r.OwnerId == user).ExecuteDeleteAsync();
        await db.Notices.Where(n => n.UserId == user).ExecuteDeleteAsync();
        await db.DeviceUses.Where(u => u.OwnerId == user).ExecuteDeleteAsync();
        await db.Invitations.Where(i => i.AcceptedById == user || i.ResetsUserId == user).ExecuteDeleteAsync();
        await db.SignInSessions.Where(s => s.UserId == user).ExecuteDeleteAsync();
        await db.ApiTokens.Where(t => t.OwnerId == user).ExecuteDeleteAsync();
        await db.Webhooks.Where(w => w.OwnerId == user).ExecuteDeleteAsync();
        await db.Users.IgnoreQueryFilters(Bin.Filters).Where(u => u.Id == user).ExecuteDeleteAsync(); // its roles, tokens and passkeys go along
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Components.Storage;
using WebStudio.Server.Access;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Audit;
using WebStudio.Server.Creations;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Deletions;

/// <summary>
/// Puts things into the bin and takes them out. Rows get the moment of their deletion, by which those that went together come back together; files stay where they are until the erasure.
/// </summary>
internal sealed class BinService(
    IDbContextFactory<StudioDb> databases,
    BinContents contents,
    Eraser eraser,
    TrainingService trainings,
    CreationService creations,
    SessionRegistry sessions,
    AuditLog audit,
    IOptions<BinOptions> options,
    TimeProvider time) : IBin
{
    private static readonly TimeSpan StoppingTakes = TimeSpan.FromMinutes(1);

    public int Days => options.Value.Days;

    public Task<string?> PutAlbumAsync(Viewer viewer, Guid id) => PutAsync(viewer, DeletionKind.Album, id, async db =>
        await db.Albums.ChangeableBy(viewer).Where(a => a.Id == id).Select(a => a.Name).FirstOrDefaultAsync() is not { } name ? null
        : await db.Jobs.AnyAsync(j => j.AlbumId == id && JobStates.Open.Contains(j.State)) ? ("", "A training uses this album; wait until it has ended, or cancel it, and then delete.")
        : (name, null));

    public Task<string?> PutModelAsync(Viewer viewer, Guid id) => PutAsync(viewer, DeletionKind.Model, id, async db =>
        await db.Models.ChangeableBy(viewer).Where(m => m.Id == id).Select(m => m.Name).FirstOrDefaultAsync() is not { } name ? null
        : await db.Jobs.AnyAsync(j => j.ModelId == id && JobStates.Open.Contains(j.State)) ? ("", "A training or a comparison of this model is under way; wait until it has ended, or cancel it, and then delete.")
        : (name, null));

    public Task<string?> PutVersionAsync(Viewer viewer, Guid id) => PutAsync(viewer, DeletionKind.Version, id, async db =>
        await db.Versions.ChangeableBy(viewer).Include(v => v.Model).FirstOrDefaultAsync(v => v.Id == id) is not { } row ? null
        : row.Model!.CurrentVersionId == id ? ("", $"{row.Name} is the version the editor opens: make another one current first.")
        : await db.Jobs.AnyAsync(j => j.VersionId == id && JobStates.Open.Contains(j.State)) ? ("", $"{row.Name} is being compared with its peers: wait, or stop that first.")
        : ($"{row.Model.Name}, {row.Name}", null));

    public async Task<string?> DeleteAccountAsync(Viewer viewer, string userId)
    {
        if (!viewer.IsAdmin && viewer.UserId != userId)
            return "Only an admin deletes somebody else's account.";
        Guid studio;
        await using (var db = await databases.CreateDbContextAsync())
        {
            studio = await db.Users.Where(u => u.Id == userId).Select(u => u.StudioId).FirstOrDefaultAsync();
            var admins = await (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id join user in db.Users on link.UserId equals user.Id where role.Name == StudioRoles.Admin select new { user.Id, user.LockoutEnd }).ToListAsync();
            if (admins.Exists(a => a.Id == userId) && !admins.Exists(a => a.Id != userId && !(a.LockoutEnd > time.GetUtcNow())))
                return "This is the only admin: make somebody else one first.";
        }
        await PauseJobsAsync(userId);
        var refusal = await PutAsync(viewer, DeletionKind.Account, Guid.TryParse(userId, out var id) ? id : Guid.Empty, async db =>
        {
            if (await db.Users.FirstOrDefaultAsync(u => u.Id == userId) is not { } user)
                return null;
            // The name and the address are free for somebody else, and every session of the account ends.
            (user.NormalizedUserName, user.NormalizedEmail, user.SecurityStamp) = (null, null, Guid.NewGuid().ToString());
            await db.SaveChangesAsync();
            return (user.DisplayName, null);
        }, userId, studio);
        if (refusal is null)
            await sessions.EndAllAsync(userId);
        return refusal;
    }

    public async Task<IReadOnlyList<BinEntry>> ListAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var rows = await Mine(db, viewer).AsNoTracking().OrderBy(d => d.EraseAt).ToListAsync();
        var entries = new List<BinEntry>();
        foreach (var row in rows)
        {
            var found = await contents.FindAsync(db, row);
            entries.Add(new(row.Id, row.Kind.ToString().ToLowerInvariant(), row.Name, row.DeletedAt, row.EraseAt, await Task.Run(() => BinContents.Measure(found).Bytes)));
        }
        return entries;
    }

    public async Task<string?> RestoreAsync(Viewer viewer, Guid entry)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await Mine(db, viewer).FirstOrDefaultAsync(d => d.Id == entry) is not { } row)
            return "This is not in the bin any more.";
        if (await RestoreRowsAsync(db, row) is { } refusal)
            return refusal;
        (row.State, row.EndedAt) = (DeletionState.Restored, time.GetUtcNow());
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        await audit.WriteAsync(viewer, AuditActions.Restored, row.Kind.ToString().ToLowerInvariant(), row.SubjectId);
        creations.Wake();
        return null;
    }

    public async Task EraseAsync(Viewer viewer, Guid entry)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await Mine(db, viewer).AnyAsync(d => d.Id == entry))
            await eraser.EraseAsync(entry);
    }

    private static IQueryable<Deletion> Mine(StudioDb db, Viewer viewer) => db.Deletions.Where(d => d.State == DeletionState.Binned && (d.OwnerId == viewer.UserId || (viewer.IsAdmin && d.Kind == DeletionKind.Account)));

    /// <summary>Moves something into the bin in one transaction.</summary>
    /// <param name="viewer">Who deletes it.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Its identifier.</param>
    /// <param name="find">Gives its name, or what speaks against it; null where there is nothing for this viewer.</param>
    /// <param name="ownerId">Whose it is; null for the viewer's own.</param>
    /// <param name="studio">The owner's studio; null for the viewer's.</param>
    private async Task<string?> PutAsync(Viewer viewer, DeletionKind kind, Guid id, Func<StudioDb, Task<(string Name, string? Refusal)?>> find, string? ownerId = null, Guid? studio = null)
    {
        var now = time.GetUtcNow();
        var deletion = new Deletion { OwnerId = ownerId ?? viewer.UserId, StudioId = studio ?? viewer.StudioId, Kind = kind, SubjectId = id, DeletedById = viewer.UserId, DeletedAt = now, EraseAt = now.AddDays(Days) };
        List<Guid> made;
        await using (var db = await databases.CreateDbContextAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            if (await find(db) is not var (name, refusal))
                return "It does not exist any more, or is not yours to change.";
            if (refusal is not null)
                return refusal;
            deletion.Name = name;
            var found = await contents.FindAsync(db, deletion);
            await MarkAsync(db, deletion, found, now);
            db.Deletions.Add(deletion);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            made = found.Creations;
        }
        made.ForEach(creation => creations.Abort(creation));
        await audit.WriteAsync(viewer, AuditActions.Deleted, kind.ToString().ToLowerInvariant(), id);
        if (Days == 0)
            await eraser.EraseAsync(deletion.Id);
        return null;
    }

    /// <summary>What is in the bin already keeps the moment of its own deletion: the query filter passes over it.</summary>
    private static async Task MarkAsync(StudioDb db, Deletion deletion, Contents found, DateTimeOffset now)
    {
        await db.Versions.Where(v => found.Versions.Contains(v.Id)).ExecuteUpdateAsync(set => set.SetProperty(v => v.DeletedAt, now));
        await db.Models.Where(m => found.Models.Contains(m.Id)).ExecuteUpdateAsync(set => set.SetProperty(m => m.DeletedAt, now));
        await db.Albums.Where(a => found.Albums.Contains(a.Id)).ExecuteUpdateAsync(set => set.SetProperty(a => a.DeletedAt, now));
        if (deletion.Kind == DeletionKind.Account)
            await db.Users.Where(u => u.Id == deletion.OwnerId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DeletedAt, now));
    }

    private async Task<string?> RestoreRowsAsync(StudioDb db, Deletion row)
    {
        if (row.Kind == DeletionKind.Account)
        {
            var user = await db.Users.IgnoreQueryFilters(Bin.Filters).SingleAsync(u => u.Id == row.OwnerId);
            var (name, email) = (user.UserName!.ToUpperInvariant(), user.Email?.ToUpperInvariant());
            if (await db.Users.AnyAsync(u => u.NormalizedUserName == name))
                return $"Somebody else has an account with the address {user.Email} now.";
            (user.DeletedAt, user.NormalizedUserName, user.NormalizedEmail) = (null, name, email);
            await db.SaveChangesAsync();
        }
        var found = await contents.FindAsync(db, row);
        if (row.Kind is DeletionKind.Model && await db.Models.IgnoreQueryFilters(Bin.Filters).AnyAsync(m => m.Id == row.SubjectId && m.Album!.DeletedAt != null))
            return "Its album is in the bin too: put the album back first.";
        if (row.Kind is DeletionKind.Version && await db.Versions.IgnoreQueryFilters(Bin.Filters).AnyAsync(v => v.Id == row.SubjectId && v.Model!.DeletedAt != null))
            return "Its model is in the bin too: put the model back first.";
        DateTimeOffset? moment = row.DeletedAt;
        await db.Albums.IgnoreQueryFilters(Bin.Filters).Where(a => found.Albums.Contains(a.Id) && a.DeletedAt == moment).ExecuteUpdateAsync(set => set.SetProperty(a => a.DeletedAt, (DateTimeOffset?)null));
        await db.Models.IgnoreQueryFilters(Bin.Filters).Where(m => found.Models.Contains(m.Id) && m.DeletedAt == moment).ExecuteUpdateAsync(set => set.SetProperty(m => m.DeletedAt, (DateTimeOffset?)null));
        await db.Versions.IgnoreQueryFilters(Bin.Filters).Where(v => found.Versions.Contains(v.Id) && v.DeletedAt == moment).ExecuteUpdateAsync(set => set.SetProperty(v => v.DeletedAt, (DateTimeOffset?)null));
        // What was under way when it was deleted is made anew.
        await db.Creations.IgnoreQueryFilters(Bin.Filters).Where(c => found.Creations.Contains(c.Id) && c.State == Components.Creations.CreationState.Running).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, Components.Creations.CreationState.Queued));
        return null;
    }

    /// <summary>Nothing of a deleted account holds the device: what it trains is paused with a checkpoint.</summary>
    private async Task PauseJobsAsync(string owner)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Jobs.Where(j => j.OwnerId == owner && j.State == JobState.Queued).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Paused));
        foreach (var job in await db.Jobs.Where(j => j.OwnerId == owner && JobStates.Active.Contains(j.State)).Select(j => j.Id).ToListAsync())
            trainings.Running(job)?.Abort(JobState.Paused);
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < StoppingTakes && await db.Jobs.AnyAsync(j => j.OwnerId == owner && JobStates.Active.Contains(j.State));)
            await Task.Delay(100);
    }
}

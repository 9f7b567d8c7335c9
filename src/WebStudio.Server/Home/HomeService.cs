using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components;
using WebStudio.Components.Access;
using WebStudio.Components.Home;
using WebStudio.Server.Access;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Home;

/// <summary>The cards of the home page: every model, and every album without one.</summary>
internal sealed class HomeService(IDbContextFactory<StudioDb> databases, JobProgressStore progress) : IHome
{
    public async Task<Paged<StudioCard>> OwnAsync(Viewer viewer, int page)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await CardsAsync(db, db.Albums.ChangeableBy(viewer), viewer, page);
    }

    public async Task<Paged<StudioCard>> OthersAsync(Viewer viewer, int page)
    {
        if (!viewer.IsSupervisor)
            return new([], 0, 0, 0);
        await using var db = await databases.CreateDbContextAsync();
        return await CardsAsync(db, db.Albums.VisibleTo(viewer).Where(a => a.OwnerId != viewer.UserId), viewer, page);
    }

    /// <summary>A page of cards, in as many queries for twenty thousand albums as for one.</summary>
    private async Task<Paged<StudioCard>> CardsAsync(StudioDb db, IQueryable<Album> albums, Viewer viewer, int page)
    {
        var found = await (from album in albums
                           from model in db.Models.Where(m => m.AlbumId == album.Id).DefaultIfEmpty()
                           orderby album.CreatedAt descending, album.Id, model.Id
                           select new { album.Id, album.Name, album.Person, album.IsSample, album.OwnerId, ModelId = (Guid?)model.Id, ModelName = (string?)model.Name, Current = model.CurrentVersionId }).PageAsync(page, Paging.Cards);
        var ids = found.Items.Select(f => f.Id).Distinct().ToList();
        var models = found.Items.Where(f => f.ModelId is not null).Select(f => f.ModelId!.Value).ToList();
        var current = found.Items.Where(f => f.Current is not null).Select(f => f.Current!.Value).ToList();
        var versions = await db.Versions.Where(v => current.Contains(v.Id)).Select(v => new { v.Id, v.Name, v.CreatedAt }).ToDictionaryAsync(v => v.Id, v => new Version(v.Name, v.CreatedAt));
        var jobs = (await db.Jobs.Where(j => models.Contains(j.ModelId)).OrderByDescending(j => j.CreatedAt).Select(j => new { j.ModelId, j.Id, j.State }).ToListAsync()).ToLookup(j => j.ModelId, j => new LastJob(j.Id, j.State));
        var counts = await AlbumCounts.OfAsync(db, ids);
        var owners = found.Items.Select(f => f.OwnerId).Where(o => o != viewer.UserId).Distinct().ToList();
        var names = await db.Users.Where(u => owners.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName);
        var covers = await AlbumCover.AddressesAsync(db, ids);
        return found.Select(f =>
        {
            var job = f.ModelId is { } model ? jobs[model].FirstOrDefault() : null;
            var (state, detail) = State(counts.GetValueOrDefault(f.Id).Photos, f.Current is { } version ? versions.GetValueOrDefault(version) : null, job);
            return new StudioCard(f.Id, f.ModelId, job?.Id, f.ModelName ?? f.Name, f.Person, f.IsSample, f.OwnerId == viewer.UserId ? null : names.GetValueOrDefault(f.OwnerId, ""), covers.GetValueOrDefault(f.Id), state, detail);
        });
    }

    private (CardState State, string Detail) State(int photos, Version? version, LastJob? job)
    {
        if (job is not null && JobStates.Open.Contains(job.State))
            return job.State switch
            {
                JobState.Queued => (CardState.Queued, "waits for its turn"),
                JobState.Paused => (CardState.Paused, "training paused"),
                _ => (CardState.Training, progress.Find(job.Id)?.Share is { } share ? $"training {share.ToString("0 %", CultureInfo.InvariantCulture)}" : "training starts"),
            };
        if (version is not null)
            return (CardState.Ready, $"{version.Name}, {version.CreatedAt.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}");
        return job?.State == JobState.Failed ? (CardState.Failed, "training failed") : (CardState.NoModel, photos == 1 ? "1 photo" : $"{photos} photos");
    }

    private sealed record Version(string Name, DateTimeOffset CreatedAt);

    private sealed record LastJob(Guid Id, JobState State);
}

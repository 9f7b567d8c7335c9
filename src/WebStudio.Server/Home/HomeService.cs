using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Home;
using WebStudio.Server.Access;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;

namespace WebStudio.Server.Home;

/// <summary>The cards of the home page: every model, and every album without one.</summary>
internal sealed class HomeService(IDbContextFactory<StudioDb> databases, JobProgressStore progress) : IHome
{
    public async Task<IReadOnlyList<StudioCard>> CardsAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var albums = await db.Albums.AsNoTracking().VisibleTo(viewer).OrderByDescending(a => a.CreatedAt).Select(a => new { Album = a, Photos = a.Photos.Count }).ToListAsync();
        var ids = albums.ConvertAll(a => a.Album.Id);
        var models = (await db.Models.AsNoTracking().Where(m => ids.Contains(m.AlbumId)).Include(m => m.Versions).ToListAsync()).ToLookup(m => m.AlbumId);
        var jobs = (await db.Jobs.AsNoTracking().Where(j => ids.Contains(j.AlbumId)).OrderByDescending(j => j.CreatedAt).ToListAsync()).ToLookup(j => j.ModelId);
        var owners = albums.Select(a => a.Album.OwnerId).Distinct().ToList();
        var names = await db.Users.Where(u => owners.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName);
        var covers = await AlbumCover.AddressesAsync(db, ids);
        return [.. albums.SelectMany(a => models[a.Album.Id].Cast<Model?>().DefaultIfEmpty(null).Select(model => Card(a.Album, a.Photos, model, model is null ? null : jobs[model.Id].FirstOrDefault()))).OrderBy(c => c.Owner is not null)];

        StudioCard Card(Album album, int photos, Model? model, Job? job)
        {
            var (state, detail) = State(photos, model, job);
            return new(album.Id, model?.Id, job?.Id, model?.Name ?? album.Name, album.Person, album.IsSample, album.OwnerId == viewer.UserId ? null : names[album.OwnerId], covers.GetValueOrDefault(album.Id), state, detail);
        }
    }

    private (CardState State, string Detail) State(int photos, Model? model, Job? job)
    {
        if (job is not null && JobStates.Open.Contains(job.State))
            return job.State switch
            {
                JobState.Queued => (CardState.Queued, "waits for its turn"),
                JobState.Paused => (CardState.Paused, "training paused"),
                _ => (CardState.Training, progress.Find(job.Id)?.Share is { } share ? $"training {share.ToString("0 %", CultureInfo.InvariantCulture)}" : "training starts"),
            };
        if (model?.Versions.FirstOrDefault(v => v.Id == model.CurrentVersionId) is { } version)
            return (CardState.Ready, $"{version.Name}, {version.CreatedAt.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}");
        return job?.State == JobState.Failed ? (CardState.Failed, "training failed") : (CardState.NoModel, photos == 1 ? "1 photo" : $"{photos} photos");
    }
}

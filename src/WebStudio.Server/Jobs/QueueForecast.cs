using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Training;
using WebStudio.Gpu;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Admin;
using WebStudio.Server.Data;

namespace WebStudio.Server.Jobs;

/// <summary>When every waiting job is likely to begin: the jobs before it take what this machine's speed says. Somebody who comes later may still go first, so it is an estimate.</summary>
internal sealed class QueueForecast(BaseCatalogue bases, MachineSpeed speed, JobProgressStore progress, IOptions<TrainingOptions> options, TimeProvider time)
{
    /// <summary>Starts by job.</summary>
    /// <param name="db">The database.</param>
    /// <param name="ordered">Jobs under way and waiting, in the order of their turn.</param>
    /// <param name="account">Who has to wait for another day.</param>
    /// <returns>Nothing for a job behind one whose time is not known yet.</returns>
    public async Task<IReadOnlyDictionary<Guid, DateTimeOffset>> StartsAsync(StudioDb db, IReadOnlyList<Job> ordered, DeviceAccount account)
    {
        var albums = ordered.Select(j => j.AlbumId).Distinct().ToList();
        var photos = await db.Photos.Where(p => albums.Contains(p.AlbumId) && (p.Verdict == PhotoVerdict.Used || p.Verdict == PhotoVerdict.UsedByHand))
            .GroupBy(p => p.AlbumId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
        var starts = new Dictionary<Guid, DateTimeOffset>();
        var at = time.GetUtcNow();
        foreach (var job in ordered)
        {
            if (job.State == JobState.Queued)
            {
                if (account.FreeAt.TryGetValue(job.OwnerId, out var free) && free > at)
                    at = free;
                starts[job.Id] = at;
            }
            if (await RemainingAsync(job, photos.GetValueOrDefault(job.AlbumId)) is not { } takes)
                break;
            at += takes;
        }
        return starts;
    }

    private async Task<TimeSpan?> RemainingAsync(Job job, int photos)
    {
        var now = progress.Read(job);
        if (now?.Remaining is { } seconds && JobStates.Active.Contains(job.State))
            return TimeSpan.FromSeconds(seconds);
        var request = job.Kind == JobKind.Training ? JsonSerializer.Deserialize<TrainingRequest>(job.Request) : null;
        try
        {
            // A comparison trains one peer and measures: about as long as a standard training.
            var whole = speed.Known(await bases.FolderOfAsync(request?.BaseId), photos, options.Value.Passes(request?.Quality ?? TrainingQuality.Standard));
            return whole is { } known ? known * (1 - (now?.Share ?? 0)) : null;
        }
        catch (InvalidInputException)
        {
            return TimeSpan.Zero; // its base is gone: it will fail as soon as its turn comes
        }
    }
}

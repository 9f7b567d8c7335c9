using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;

namespace WebStudio.Server.Jobs;

/// <summary>Whose turn it is: the user who has used the device least in the last day, then the oldest job.</summary>
internal static class FairShare
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <summary>Device seconds of the last day by owner.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> UsedAsync(StudioDb db, TimeProvider time, CancellationToken cancel = default)
    {
        var since = time.GetUtcNow() - Window;
        return await db.Jobs.Where(j => j.StartedAt > since).GroupBy(j => j.OwnerId).Select(g => new { g.Key, Seconds = g.Sum(j => j.DeviceSeconds) }).ToDictionaryAsync(g => g.Key, g => g.Seconds, cancel);
    }

    /// <summary>Queued jobs in the order of their turn; a user's second job counts after the first of everybody who has used as much.</summary>
    public static IEnumerable<Job> Order(IEnumerable<Job> queued, IReadOnlyDictionary<string, double> used) => queued
        .GroupBy(job => job.OwnerId)
        .SelectMany(own => own.OrderBy(job => job.CreatedAt).Select((job, i) => (Job: job, Nth: i, Used: used.GetValueOrDefault(own.Key))))
        .OrderBy(e => e.Nth).ThenBy(e => e.Used).ThenBy(e => e.Job.CreatedAt).Select(e => e.Job);
}

using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;

namespace WebStudio.Server.Jobs;

/// <summary>Whose turn it is: the user who has used the device least in the last day, then the oldest job.</summary>
internal static class FairShare
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <summary>Device seconds of the last day by owner: trainings, and what was made with their models.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> UsedAsync(StudioDb db, TimeProvider time, CancellationToken cancel = default)
    {
        var since = time.GetUtcNow() - Window;
        var trainings = await db.Jobs.Where(j => j.StartedAt > since).GroupBy(j => j.OwnerId).Select(g => new { g.Key, Seconds = g.Sum(j => j.DeviceSeconds) }).ToListAsync(cancel);
        var creations = await db.Creations.Where(c => c.StartedAt > since).GroupBy(c => c.OwnerId).Select(g => new { g.Key, Seconds = g.Sum(c => c.DeviceSeconds) }).ToListAsync(cancel);
        return trainings.Concat(creations).GroupBy(u => u.Key).ToDictionary(g => g.Key, g => g.Sum(u => u.Seconds));
    }

    /// <summary>Queued jobs in the order of their turn.</summary>
    public static IEnumerable<Job> Order(IEnumerable<Job> queued, IReadOnlyDictionary<string, double> used) => Order(queued, used, job => job.OwnerId, job => job.CreatedAt);

    /// <summary>What waits in the order of its turn; a user's second counts after the first of everybody who has used as much.</summary>
    public static IEnumerable<T> Order<T>(IEnumerable<T> queued, IReadOnlyDictionary<string, double> used, Func<T, string> owner, Func<T, DateTimeOffset> created) => queued
        .GroupBy(owner)
        .SelectMany(own => own.OrderBy(created).Select((one, i) => (One: one, Nth: i, Used: used.GetValueOrDefault(own.Key))))
        .OrderBy(e => e.Nth).ThenBy(e => e.Used).ThenBy(e => created(e.One)).Select(e => e.One);
}

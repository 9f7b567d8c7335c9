using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;

namespace WebStudio.Server.Deletions;

/// <summary>Erases what has been in the bin long enough, and first what the end of the server broke off; files that belong to no row go at the start.</summary>
internal sealed class BinSweeper(IDbContextFactory<StudioDb> databases, Eraser eraser, OrphanSweep orphans, TimeProvider time, ILogger<BinSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await orphans.SweepAsync(stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            await SweepAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task SweepAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(stop);
        var due = await db.Deletions.Where(d => d.State == DeletionState.Erasing || (d.State == DeletionState.Binned && d.EraseAt <= now)).Select(d => d.Id).ToListAsync(stop);
        foreach (var entry in due)
        {
            try
            {
                await eraser.EraseAsync(entry);
            }
#pragma warning disable CA1031 // one that cannot be erased now must not keep the others
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogError(e, "Entry {Entry} of the bin could not be erased; it is tried again", entry);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using WebStudio.Components.Creations;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Editing;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Telemetry;

namespace WebStudio.Server.Creations;

/// <summary>
/// Makes what waits, by fair share, one at a time, in the device's short lane: whoever waits for a photo does not wait for a training. Each takes a minute or two at most, so one that the end of the server
/// breaks off is made from its beginning after the next start.
/// </summary>
internal sealed class CreationService(
    IDbContextFactory<StudioDb> databases,
    IEnumerable<ICreationWork> works,
    CreationFiles files,
    ModelFiles models,
    ModelHost host,
    CreationFeed feed,
    DeviceMeter meter,
    QueuePause pause,
    TimeProvider time,
    ILogger<CreationService> log) : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    /// <summary>Something waits.</summary>
    public void Wake() => _wake.Release();

    /// <summary>Ends the making of a creation, if it is under way.</summary>
    /// <returns>False when it is not.</returns>
    public bool Abort(Guid creation)
    {
        if (!_running.TryGetValue(creation, out var abort))
            return false;
        abort.Cancel();
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using (var db = await databases.CreateDbContextAsync(stoppingToken))
            await db.Creations.Where(c => c.State == CreationState.Running).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CreationState.Queued), stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await NextAsync(stoppingToken) is { } creation)
                {
                    await MakeAsync(creation, stoppingToken);
                    continue;
                }
            }
#pragma warning disable CA1031 // a database that is busy for a moment must not end the queue
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogError(e, "The queue of creations could not be read or written; it is tried again");
            }
            await _wake.WaitAsync(TimeSpan.FromSeconds(30), stoppingToken);
        }
    }

    private async Task<Creation?> NextAsync(CancellationToken stop)
    {
        if (await pause.FindAsync(stop) is not null)
            return null;
        await using var db = await databases.CreateDbContextAsync(stop);
        var queued = await db.Creations.AsNoTracking().Include(c => c.Version).Where(c => c.State == CreationState.Queued).ToListAsync(stop);
        var account = await meter.ReadAsync(db, stop);
        return FairShare.Order(queued.Where(c => !account.FreeAt.ContainsKey(c.OwnerId)), account.Seconds, c => c.OwnerId, c => c.CreatedAt).FirstOrDefault();
    }

    private async Task MakeAsync(Creation creation, CancellationToken stop)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _running[creation.Id] = abort;
        var clock = Stopwatch.StartNew();
        try
        {
            if (!await MoveAsync(creation, CreationState.Queued, set => set.SetProperty(c => c.State, CreationState.Running).SetProperty(c => c.StartedAt, time.GetUtcNow())))
                return; // taken back at the moment of its turn
            CrashGuard.Begin(files.Folder(creation), "");
            var work = works.First(w => w.Kind == creation.Kind);
            var result = await host.ShortAsync(models.Version(creation.Version!), (model, breather) =>
            {
                clock.Restart(); // what waited for its turn has not used the device
                return work.Make(new(creation, files.Folder(creation), models.Version(creation.Version!), breather, abort.Token, (progress, partly) => feed.Set(creation.Id, progress, partly)), model);
            }, abort.Token);
            await EndAsync(creation, CreationState.Ready, clock, result, "");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Made from its beginning after the next start.
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await EndAsync(creation, CreationState.Cancelled, clock, "", "");
        }
#pragma warning disable CA1031 // a creation that fails must not end the service
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogWarning(e.ForLog(), "Creation {Creation} failed: {Error}", creation.Id, e.GetType().Name);
            await EndAsync(creation, CreationState.Failed, clock, "", CreationFailure.Explain(e));
        }
        finally
        {
            _running.TryRemove(creation.Id, out _);
            CrashGuard.End(files.Folder(creation));
            await DropOfDeletedAsync(creation);
            feed.Clear(creation.Id);
            feed.Changed(creation.Id);
        }
    }

    /// <summary>Its owner deleted it while it was made: what was written after that goes too.</summary>
    private async Task DropOfDeletedAsync(Creation creation)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        if (!await db.Creations.IgnoreQueryFilters(Bin.Filters).AnyAsync(c => c.Id == creation.Id, CancellationToken.None))
            files.Delete(creation);
    }

    private async Task<bool> EndAsync(Creation creation, CreationState state, Stopwatch clock, string result, string error)
    {
        await meter.CountAsync(creation.OwnerId, clock.Elapsed.TotalSeconds);
        var (seconds, bytes, now) = (clock.Elapsed.TotalSeconds, files.Size(creation), time.GetUtcNow());
        return await MoveAsync(creation, CreationState.Running, set => set
            .SetProperty(c => c.State, state)
            .SetProperty(c => c.Result, result)
            .SetProperty(c => c.Error, error)
            .SetProperty(c => c.Bytes, bytes)
            .SetProperty(c => c.DeviceSeconds, c => c.DeviceSeconds + seconds)
            .SetProperty(c => c.EndedAt, now));
    }

    private async Task<bool> MoveAsync(Creation creation, CreationState from, Action<UpdateSettersBuilder<Creation>> change)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        var moved = await db.Creations.Where(c => c.Id == creation.Id && c.State == from).ExecuteUpdateAsync(change, CancellationToken.None) > 0;
        feed.Changed(creation.Id);
        return moved;
    }
}

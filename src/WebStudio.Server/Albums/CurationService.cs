using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Telemetry;

namespace WebStudio.Server.Albums;

/// <summary>Keeps curation going while the server runs.</summary>
internal sealed class CurationService(CurationWork work, AlbumFeed feed, ILogger<CurationService> log) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30), AfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            await StepAsync(stoppingToken);
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        try
        {
            if (!await work.StepAsync(cancel))
                await feed.WaitAsync(LookAgain, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops; the rows say where to go on.
        }
        catch (DbUpdateConcurrencyException)
        {
            // A photo was removed while the album was decided on: again, with what is there.
        }
#pragma warning disable CA1031 // one failure must not end curation for everybody
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e.ForLog(), "Curation failed, {Error}; it is tried again in {Delay}", e.GetType().Name, AfterFailure);
            await Task.Delay(AfterFailure, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

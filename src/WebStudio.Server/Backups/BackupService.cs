using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WebStudio.Components;
using WebStudio.Gpu;

namespace WebStudio.Server.Backups;

/// <summary>Makes a back-up when it is time for one, counted from the newest in the folder, and says how the last went: to the log, to the health check and so to the admin's page.</summary>
internal sealed class BackupService(BackupMaker maker, IOptions<BackupOptions> options, TimeProvider time, ILogger<BackupService> log) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(1);

    private readonly BackupShelf _shelf = new(options.Value.Folder);
    private volatile string? _failure;
    private volatile string _said = "the first one is not made yet";

    /// <summary>A back-up that fails does not make the server unready: it is served all the same.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_failure is { } failure ? HealthCheckResult.Degraded(failure) : HealthCheckResult.Healthy(_said));

    /// <summary>Makes one back-up now.</summary>
    internal async Task MakeAsync(CancellationToken stop)
    {
        try
        {
            var report = await Task.Run(() => maker.Make(_shelf, full: false, options.Value.Keep, null, stop), stop);
            log.LogInformation("Back-up {Folder} is made: {Files} files, {CopiedFiles} of them copied ({CopiedBytes} bytes), in {Seconds:0.0} s; {Pruned} old ones removed", report.Folder, report.Files, report.CopiedFiles, report.CopiedBytes, report.Seconds, report.Pruned);
            foreach (var lost in report.Lost)
                log.LogError("A row names {File}, which the data folder lacks: the back-up has it neither", lost);
            _failure = report.Lost.Count > 0 ? $"the last one is made, but the data folder lacks {report.Lost.Count} files that rows name; the log names them" : null;
            Say(report.Folder, FileSize.Say(report.Bytes));
        }
        catch (InvalidInputException e)
        {
            log.LogError("No back-up was made: {Reason}", e.Message);
            Fail(e.Message);
        }
#pragma warning disable CA1031 // whatever goes wrong, it is told and tried again
        catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "No back-up was made in {Folder}", _shelf.Folder);
            Fail(e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_shelf.Newest is { } newest)
            Say(newest);
        while (true)
        {
            await Task.Delay(Wait(), time, stoppingToken);
            await MakeAsync(stoppingToken);
        }
    }

    private TimeSpan Wait()
    {
        var (every, now) = (TimeSpan.FromHours(options.Value.EveryHours), time.GetUtcNow());
        var due = _shelf.Newest is { } newest ? BackupShelf.MadeAt(newest)!.Value + every : now;
        if (due <= now && _failure is not null)
            due = now + AfterFailure;
        return TimeSpan.FromTicks(Math.Clamp((due - now).Ticks, 0, every.Ticks)); // also where the clock was wrong once
    }

    private void Fail(string reason) => _failure = $"none was made at {Moment(time.GetUtcNow())}: {reason}";

    private void Say(string backup, string size = "") => _said = string.Join(", ", ((string[])[$"the newest is of {Moment(BackupShelf.MadeAt(backup)!.Value)}", size]).Where(word => word.Length > 0));

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

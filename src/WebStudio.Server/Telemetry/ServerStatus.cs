using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TorchSharp;
using WebStudio.Components.Access;
using WebStudio.Components.Admin;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Telemetry;

/// <summary>Looks at the server once a minute, for the gauges and for the admin's page, which shows a day.</summary>
internal sealed class ServerStatus(
    StudioMetrics metrics,
    IDbContextFactory<StudioDb> databases,
    DataFolders folders,
    LiveConnections connections,
    HealthCheckService health,
    TimeProvider time,
    ILogger<ServerStatus> log) : BackgroundService, IServerStatus
{
    private const int Kept = 24 * 60, MeasureStorageEvery = 10;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<ServerSample> _samples = new();
    private long _stored;
    private int _turn;

    public IReadOnlyList<ServerSample> Samples(Viewer viewer)
    {
        if (!viewer.IsAdmin)
            return [];
        lock (_gate)
            return [.. _samples];
    }

    public async Task<IReadOnlyList<ServerPart>> PartsAsync(Viewer viewer)
    {
        if (!viewer.IsAdmin)
            return [];
        var report = await health.CheckHealthAsync();
        return [.. report.Entries.Select(e => new ServerPart(e.Key, e.Value.Status == HealthStatus.Healthy, e.Value.Description ?? ""))];
    }

    /// <summary>Takes one sample now.</summary>
    public async Task<ServerSample> SampleAsync(CancellationToken cancel)
    {
        int waiting;
        await using (var db = await databases.CreateDbContextAsync(cancel))
            waiting = await db.Jobs.CountAsync(j => j.State == JobState.Queued, cancel);
        if (_turn++ % MeasureStorageEvery == 0)
            _stored = await Task.Run(() => new DirectoryInfo(folders.Root).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Sum(Length), cancel);
        using var process = Process.GetCurrentProcess();
        var (latency, cache) = (metrics.TakeLatency(), metrics.Cache);
        var sample = new ServerSample(time.GetUtcNow())
        {
            Waiting = waiting,
            SecondsPerPhoto = metrics.SecondsPerPhoto,
            EditMedian = latency?.Median,
            EditHigh = latency?.High,
            CacheHits = cache.All == 0 ? null : (double)cache.Hits / cache.All,
            Tensors = torch.Tensor.TotalCount,
            MemoryBytes = process.WorkingSet64,
            Connections = connections.Count,
            Users = connections.Users,
            StoredBytes = _stored,
            FreeBytes = new DriveInfo(folders.Root).AvailableFreeSpace,
        };
        metrics.Observe(sample);
        lock (_gate)
        {
            _samples.Enqueue(sample);
            while (_samples.Count > Kept)
                _samples.Dequeue();
        }
        return sample;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await SampleAsync(stoppingToken);
            }
#pragma warning disable CA1031 // a figure that cannot be had now is had in a minute
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.LogWarning(e, "The server could not be looked at");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>A file that was deleted between being found and being measured has none.</summary>
    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}

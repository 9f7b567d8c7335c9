using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Training;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Server.Admin;
using WebStudio.Server.Albums;
using WebStudio.Server.Api.Webhooks;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;
using WebStudio.Server.Telemetry;

namespace WebStudio.Server.Jobs;

/// <summary>
/// Takes jobs by fair share, one at a time, and does them on the device. Everything it knows is in the rows and in each job's folder: after a crash it goes on where the last checkpoint stands.
/// </summary>
internal sealed class TrainingService(
    IDbContextFactory<StudioDb> databases,
    DataFolders folders,
    ModelFiles modelFiles,
    CuratedAlbums albums,
    BaseCatalogue bases,
    GpuExecutor executor,
    ComputeContext context,
    MachineSpeed speed,
    JobProgressStore progress,
    JobFeed feed,
    StudyRuns studies,
    SpentCheckpoints spent,
    DeviceMeter meter,
    QueuePause pause,
    WebhookSender webhooks,
    StudioMetrics metrics,
    IOptions<TrainingOptions> options,
    TimeProvider time,
    ILogger<TrainingService> log) : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ConcurrentDictionary<Guid, IJobRun> _running = new();

    /// <summary>The queue changed.</summary>
    public void Wake() => _wake.Release();

    /// <summary>Stops the whole queue, or lets it go on. What runs is kept with a checkpoint and waits in the queue.</summary>
    public async Task SetPausedAsync(string admin, bool paused)
    {
        await pause.SetAsync(admin, paused);
        if (paused)
            foreach (var run in _running.Values)
                run.Abort(JobState.Queued);
        Wake();
    }

    /// <summary>A job under way; null while it does not run.</summary>
    public IJobRun? Running(Guid job) => _running.GetValueOrDefault(job);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await spent.RemoveAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await NextAsync(stoppingToken) is { } job)
                {
                    await RunAsync(job, stoppingToken);
                    continue;
                }
            }
#pragma warning disable CA1031 // a database that is busy for a moment must not end the queue
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogError(e, "The queue could not be read or written; it is tried again");
            }
            await _wake.WaitAsync(TimeSpan.FromSeconds(30), stoppingToken);
        }
    }

    /// <summary>A job that was under way when the server ended, or the first in the order of their turn (<see cref="FairShare"/>) whose owner has device time left; none while the queue is stopped.</summary>
    internal async Task<Job?> NextAsync(CancellationToken stop)
    {
        if (await pause.FindAsync(stop) is not null)
            return null;
        await using var db = await databases.CreateDbContextAsync(stop);
        if (await db.Jobs.AsNoTracking().Where(j => JobStates.Active.Contains(j.State)).OrderBy(j => j.StartedAt).FirstOrDefaultAsync(stop) is { } interrupted)
            return interrupted;
        var queued = await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Queued).ToListAsync(stop);
        var account = await meter.ReadAsync(db, stop);
        return FairShare.Order(queued, account).FirstOrDefault(job => !account.FreeAt.ContainsKey(job.OwnerId));
    }

    private async Task RunAsync(Job job, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        using var ended = new CancellationTokenSource();
        Task? counting = null;
        try
        {
            var run = await BeginAsync(job);
            if (await pause.FindAsync(stop) is not null)
                return; // stopped since the job was chosen; from here on the one who stops it finds it
            if (!await MoveAsync(job, [JobState.Queued, .. JobStates.Active], JobState.Preparing, row => row.StartedAt ??= time.GetUtcNow(), "is being prepared."))
                return; // paused, cancelled or removed at the moment of its turn
            CrashGuard.Begin(folders.Job(job.OwnerId, job.Id), progress.Read(job) is { } was ? FormattableString.Invariant($"{was.Stage} {was.Done}") : "");
            using var trace = StudioMetrics.Traces.StartActivity(job.Kind.ToString().ToLowerInvariant());
            trace?.SetTag("job", job.Id);
            if (job.StartedAt is null)
                metrics.Began(time.GetUtcNow() - job.CreatedAt);
            counting = CountWhileAsync(job, run, clock, ended.Token);
            var end = run is StudyRun study ? await StudyAsync(job, study, stop) : await TrainAsync(job, (TrainingRun)run, stop);
            await StopCounting(); // before the job is seen to have ended
            if (end is not null)
                await end();
            else if (run.Wish is { } wish)
                await EndAsync(job, wish, wish switch { JobState.Paused => "is paused.", JobState.Queued => "waits for its turn to go on.", _ => "was cancelled." });
            else
                progress.Save(job); // the server stops: the row stays as it is, and the job goes on after the next start
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Before it began: nothing has changed.
        }
#pragma warning disable CA1031 // a job that fails must not end the service
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e.ForLog(), "Job {Job} failed: {Error}", job.Id, e.GetType().Name);
            await StopCounting();
            await FailAsync(job, JobFailure.Explain(e));
        }
        finally
        {
            _running.TryRemove(job.Id, out _);
            CrashGuard.End(folders.Job(job.OwnerId, job.Id));
            await StopCounting();
        }

        async Task StopCounting()
        {
            await ended.CancelAsync();
            if (counting is not null)
                await counting;
            counting = null;
        }
    }

    /// <summary>Counts the job's time while it runs, and sends it back into the queue once its owner has had all they get for the day.</summary>
    private async Task CountWhileAsync(Job job, IJobRun run, Stopwatch clock, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(DeviceMeter.Every, time);
        for (var goes = true; goes;)
        {
            try
            {
                goes = await timer.WaitForNextTickAsync(ended);
            }
            catch (OperationCanceledException)
            {
                goes = false;
            }
            try
            {
                await CountAsync(job, clock);
                if (progress.Find(job.Id) is { SecondsPerPhoto: > 0 } status)
                    metrics.Stepped(status.SecondsPerPhoto);
                if (goes && await meter.IsOverAsync(job.OwnerId))
                    run.Abort(JobState.Queued);
            }
#pragma warning disable CA1031 // a count that fails is made up for by the next one
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogWarning(e, "The device time of a job could not be counted");
            }
        }
    }

    /// <summary>Adds the time since the last count to what the job and its owner have used.</summary>
    private async Task CountAsync(Job job, Stopwatch clock)
    {
        var seconds = clock.Elapsed.TotalSeconds;
        await meter.CountAsync(job.OwnerId, seconds);
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(j => j.DeviceSeconds, j => j.DeviceSeconds + seconds), CancellationToken.None);
        clock.Restart();
    }

    /// <summary>From here on the job can be paused and cancelled as one that runs.</summary>
    private async Task<IJobRun> BeginAsync(Job job)
    {
        if (job.Kind == JobKind.Study)
            return _running[job.Id] = await studies.BeginAsync(job);
        var request = JsonSerializer.Deserialize<TrainingRequest>(job.Request)!;
        var folder = folders.Job(job.OwnerId, job.Id);
        Directory.CreateDirectory(folder);
        return _running[job.Id] = new TrainingRun(job, folder, await bases.FolderOfAsync(request.BaseId), options.Value.Passes(request.Quality), options.Value, context, progress, feed);
    }

    /// <summary>Studies a version on the device.</summary>
    /// <returns>What ends the job; null when the owner or the end of the server stopped it.</returns>
    private async Task<Func<Task>?> StudyAsync(Job job, StudyRun run, CancellationToken stop)
    {
        await using var stopping = stop.Register(() => run.Abort(null));
        await MoveAsync(job, [JobState.Preparing], JobState.Running, _ => { }, "is compared with its peers.");
        try
        {
            return await executor.Long(run.Run, run.Aborted) ? () => EndAsync(job, JobState.Succeeded, "is compared with its peers: the report is ready.") : null;
        }
        catch (OperationCanceledException) when (run.Aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Trains on the device.</summary>
    /// <returns>What ends the job; null when the owner or the end of the server stopped it.</returns>
    private async Task<Func<Task>?> TrainAsync(Job job, TrainingRun run, CancellationToken stop)
    {
        await using var stopping = stop.Register(() => run.Abort(null));
        var version = Guid.CreateVersion7();
        await RequireConsentAsync(job);
        var generator = BaseFolder.Open(run.Base).Description.Generator;
        var alignment = new FfhqAlignmentOptions { CropScale = generator.CropScale, OutputSize = Math.Max(256, generator.ImgResolution) };
        try
        {
            var album = await albums.LoadAsync(job.AlbumId, alignment, null, run.Aborted);
            var ids = await albums.IdsAsync(job.AlbumId, run.Aborted);
            await MoveAsync(job, [JobState.Preparing], JobState.Running, _ => { }, "trains.");
            var target = folders.Version(job.OwnerId, job.ModelId, version);
            return await executor.Long(breather => run.Train(album, ids, target, breather), run.Aborted) is { } trained ? () => SucceedAsync(job, trained, version) : null;
        }
        catch (OperationCanceledException) when (run.Aborted.IsCancellationRequested)
        {
            return null; // before its first step
        }
    }

    /// <summary>The person may have withdrawn while the job waited.</summary>
    private async Task RequireConsentAsync(Job job)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Albums.AsNoTracking().FirstOrDefaultAsync(a => a.Id == job.AlbumId) is { } album && TrainingPlanner.WithoutConsent(album, time) is { } missing)
            throw new InvalidInputException(missing);
    }

    private async Task SucceedAsync(Job job, TrainedModel trained, Guid versionId)
    {
        var target = folders.Version(job.OwnerId, job.ModelId, versionId);
        await using (var db = await databases.CreateDbContextAsync(CancellationToken.None))
        {
            var number = 1 + (await db.Versions.IgnoreQueryFilters(Bin.Filters).Where(v => v.ModelId == job.ModelId) // numbers of what is in the bin stay taken
                .MaxAsync(v => (int?)v.Number) ?? 0);
            db.Versions.Add(new ModelVersion
            {
                Id = versionId,
                OwnerId = job.OwnerId,
                StudioId = job.StudioId,
                ModelId = job.ModelId,
                Number = number,
                Name = $"Version {number}",
                CreatedAt = time.GetUtcNow(),
                Bytes = new DirectoryInfo(target).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length),
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(target, BaseFolder.GeneratorFile)))),
                Report = trained.Report,
                Attributes = trained.Attributes,
                EndedEarly = trained.EndedEarly,
                JobId = job.Id,
            });
            (await db.Models.SingleAsync(m => m.Id == job.ModelId)).CurrentVersionId = versionId;
            var row = await db.Jobs.SingleAsync(j => j.Id == job.Id);
            (row.State, row.EndedAt) = (JobState.Succeeded, time.GetUtcNow()); // with its version or not at all
            await WebhookOutbox.AddAsync(db, row, time.GetUtcNow());
            await db.SaveChangesAsync();
        }
        File.Delete(TrainingRun.Checkpoint(folders.Job(job.OwnerId, job.Id))); // not before a row names the version: a server that ends in between makes it again from here
        var request = JsonSerializer.Deserialize<TrainingRequest>(job.Request)!;
        speed.Learn(await bases.FolderOfAsync(request.BaseId), trained.SecondsPerPhoto);
        progress.Set(job.Id, (progress.Find(job.Id) ?? new()) with { Stage = "Done", Share = 1, Remaining = 0 });
        await EndAsync(job, JobState.Succeeded, "is trained: its sliders are ready.");
    }

    private async Task EndAsync(Job job, JobState state, string message)
    {
        progress.Save(job);
        await MoveAsync(job, [.. JobStates.Active, state], state, row => row.EndedAt = state is JobState.Paused or JobState.Queued ? null : row.EndedAt ?? time.GetUtcNow(), message);
        if (state == JobState.Cancelled)
            await DropAsync(job);
    }

    private Task FailAsync(Job job, string explanation)
    {
        progress.Save(job);
        return MoveAsync(job, [JobState.Queued, .. JobStates.Active], JobState.Failed, row => (row.Error, row.EndedAt) = (explanation, time.GetUtcNow()), explanation);
    }

    /// <summary>Notes that a job is to make a version of what it has; false where it has nothing yet.</summary>
    internal bool AskToFinish(Job job)
    {
        var folder = folders.Job(job.OwnerId, job.Id);
        if (job.State == JobState.Queued || (job.State == JobState.Paused && !File.Exists(TrainingRun.Checkpoint(folder))))
            return false;
        TrainingRun.AskToFinish(folder);
        return true;
    }

    /// <summary>Removes what a cancelled job left, and its model where that never got a version.</summary>
    internal async Task DropAsync(Job job)
    {
        var folder = folders.Job(job.OwnerId, job.Id);
        if (Directory.Exists(folder)) // a job that never had its turn has none
            File.Delete(TrainingRun.Checkpoint(folder));
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        var model = await db.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == job.ModelId);
        if (model is null || await db.Versions.IgnoreQueryFilters(Bin.Filters).AnyAsync(v => v.ModelId == job.ModelId) || await db.Jobs.AnyAsync(j => j.ModelId == job.ModelId && j.Id != job.Id))
            return;
        await db.Jobs.Where(j => j.ModelId == model.Id).ExecuteDeleteAsync();
        await db.Models.Where(m => m.Id == model.Id).ExecuteDeleteAsync();
        modelFiles.Delete(model);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        progress.Forget(job.Id);
    }

    /// <summary>Moves a job on from one of the states in which that makes sense, in one transaction: of two who want something else at the same moment one is told no.</summary>
    /// <returns>False when it was in another state, or is gone; nothing changed then.</returns>
    internal async Task<bool> MoveAsync(Job job, JobState[] from, JobState state, Action<Job> change, string message)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        if (await db.Jobs.Where(j => j.Id == job.Id && from.Contains(j.State)).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, state), CancellationToken.None) == 0)
            return false;
        var row = await db.Jobs.SingleAsync(j => j.Id == job.Id);
        var wasOver = row.EndedAt is not null;
        var name = await db.Models.Where(m => m.Id == row.ModelId).Select(m => m.Name).FirstOrDefaultAsync() ?? "";
        change(row);
        if (WebhookOutbox.IsEnd(state) && !wasOver)
            await WebhookOutbox.AddAsync(db, row, time.GetUtcNow());
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        webhooks.Wake();
        var ended = state is JobState.Succeeded or JobState.Failed;
        feed.Changed(row.OwnerId, new(row.Id, row.ModelId, name, state.ToString(), ended, $"{name} {(state == JobState.Failed ? "failed: " : "")}{message}"));
        return true;
    }
}

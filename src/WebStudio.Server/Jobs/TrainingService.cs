using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Training;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Server.Admin;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

/// <summary>
/// Takes jobs by fair share, one at a time, and trains them on the device. Everything it knows is in the rows and in each job's folder: after a crash it goes on where the last checkpoint stands.
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
    IOptions<TrainingOptions> options,
    TimeProvider time,
    ILogger<TrainingService> log) : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ConcurrentDictionary<Guid, TrainingRun> _running = new();

    /// <summary>The queue changed.</summary>
    public void Wake() => _wake.Release();

    /// <summary>The training of a job; null while it does not run.</summary>
    public TrainingRun? Running(Guid job) => _running.GetValueOrDefault(job);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await NextAsync(stoppingToken) is { } job)
                await RunAsync(job, stoppingToken);
            else
                await _wake.WaitAsync(TimeSpan.FromSeconds(30), stoppingToken);
        }
    }

    /// <summary>A job that was under way when the server ended, or the one whose owner has used the device least in the last day; of these the oldest.</summary>
    internal async Task<Job?> NextAsync(CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        if (await db.Jobs.AsNoTracking().Where(j => JobStates.Active.Contains(j.State)).OrderBy(j => j.StartedAt).FirstOrDefaultAsync(stop) is { } interrupted)
            return interrupted;
        var queued = await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Queued).ToListAsync(stop);
        return FairShare.Order(queued, await FairShare.UsedAsync(db, time, stop)).FirstOrDefault();
    }

    private async Task RunAsync(Job job, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var (run, trained, version) = await TrainAsync(job, stop);
            if (trained is not null)
                await SucceedAsync(job, trained, version);
            else if (run.Wish is { } wish)
                await EndAsync(job, wish, wish == JobState.Paused ? "The training is paused." : "The training was cancelled.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server stops: the row stays as it is, and the job goes on after the next start.
        }
#pragma warning disable CA1031 // a job that fails must not end the service
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "Job {Job} failed", job.Id);
            await FailAsync(job, JobFailure.Explain(e));
        }
        finally
        {
            _running.TryRemove(job.Id, out _);
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(j => j.DeviceSeconds, j => j.DeviceSeconds + clock.Elapsed.TotalSeconds), CancellationToken.None);
        }
    }

    private async Task<(TrainingRun Run, TrainedModel? Trained, Guid Version)> TrainAsync(Job job, CancellationToken stop)
    {
        var request = JsonSerializer.Deserialize<TrainingRequest>(job.Request)!;
        var folder = folders.Job(job.OwnerId, job.Id);
        Directory.CreateDirectory(folder);
        var baseFolder = await bases.FolderOfAsync(request.BaseId);
        var run = new TrainingRun(job, folder, baseFolder, options.Value.Passes(request.Quality), options.Value, context, progress, feed);
        _running[job.Id] = run;
        await SetStateAsync(job, JobState.Preparing, set => set.StartedAt ??= time.GetUtcNow());
        await using var stopping = stop.Register(() => run.Abort(null));

        var generator = BaseFolder.Open(baseFolder).Description.Generator;
        var alignment = new FfhqAlignmentOptions { CropScale = generator.CropScale, OutputSize = Math.Max(256, generator.ImgResolution) };
        var album = await albums.LoadAsync(job.AlbumId, alignment, null, stop);
        await SetStateAsync(job, JobState.Running, _ => { });
        var version = Guid.CreateVersion7();
        var target = folders.Version(job.OwnerId, job.ModelId, version);
        var ids = await albums.IdsAsync(job.AlbumId, stop);
        var trained = await executor.Long(breather => run.Train(album, ids, target, breather), CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        return (run, trained, version);
    }

    private async Task SucceedAsync(Job job, TrainedModel trained, Guid versionId)
    {
        var target = folders.Version(job.OwnerId, job.ModelId, versionId);
        await using (var db = await databases.CreateDbContextAsync(CancellationToken.None))
        {
            var number = 1 + (await db.Versions.Where(v => v.ModelId == job.ModelId).MaxAsync(v => (int?)v.Number) ?? 0);
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
            await db.SaveChangesAsync();
        }
        var request = JsonSerializer.Deserialize<TrainingRequest>(job.Request)!;
        speed.Learn(await bases.FolderOfAsync(request.BaseId), trained.SecondsPerPhoto);
        progress.Set(job.Id, (progress.Find(job.Id) ?? new()) with { Stage = "Done", Share = 1, Remaining = 0 });
        await EndAsync(job, JobState.Succeeded, "is trained: its sliders are ready.");
    }

    private async Task EndAsync(Job job, JobState state, string message)
    {
        progress.Save(job);
        await SetStateAsync(job, state, row => row.EndedAt = state == JobState.Paused ? null : time.GetUtcNow(), message);
        if (state == JobState.Cancelled)
            await DropAsync(job);
    }

    private Task FailAsync(Job job, string explanation)
    {
        progress.Save(job);
        return SetStateAsync(job, JobState.Failed, row => (row.Error, row.EndedAt) = (explanation, time.GetUtcNow()), explanation);
    }

    /// <summary>Removes what a cancelled job left, and its model where that never got a version.</summary>
    internal async Task DropAsync(Job job)
    {
        var folder = folders.Job(job.OwnerId, job.Id);
        File.Delete(TrainingRun.Checkpoint(folder));
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        var model = await db.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == job.ModelId && m.Versions.Count == 0);
        if (model is null || await db.Jobs.AnyAsync(j => j.ModelId == job.ModelId && j.Id != job.Id))
            return;
        await db.Jobs.Where(j => j.ModelId == model.Id).ExecuteDeleteAsync();
        await db.Models.Where(m => m.Id == model.Id).ExecuteDeleteAsync();
        modelFiles.Delete(model);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        progress.Forget(job.Id);
    }

    internal async Task SetStateAsync(Job job, JobState state, Action<Job> change, string message = "")
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        if (await db.Jobs.FirstOrDefaultAsync(j => j.Id == job.Id) is not { } row)
            return;
        var name = await db.Models.Where(m => m.Id == row.ModelId).Select(m => m.Name).FirstOrDefaultAsync() ?? "";
        row.State = state;
        change(row);
        await db.SaveChangesAsync();
        var ended = state is JobState.Succeeded or JobState.Failed;
        feed.Changed(row.OwnerId, new(row.Id, row.ModelId, name, state.ToString(), ended, $"{name} {(state == JobState.Failed ? "failed: " : "")}{message}"));
    }
}

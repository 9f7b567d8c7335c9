using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Training;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>Real trainings of a synthetic person through the hosted service.</summary>
public sealed class TrainingServiceTests : IAsyncLifetime
{
    private TrainingStudio _studio = default!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Quick is over at once; Long would run for hours, so that whatever ends it is what the test did.
    public async ValueTask InitializeAsync() => _studio = await TrainingStudio.CreateAsync("--Training:QuickPasses=2", "--Training:LongPasses=90000", "--Training:CheckpointSeconds=1");

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task One_request_sent_twice_trains_one_version_that_the_engine_opens()
    {
        var request = Request(await _studio.AddFacesAsync(_studio.Ada), TrainingQuality.Quick);
        var used = (await _studio.Training.PlanAsync(_studio.Ada, request.AlbumId))!.Photos; // curation may set one aside
        Assert.InRange(used, AlbumTrainingSet.FewestPhotos, TrainingStudio.Photos);
        var starts = await Task.WhenAll(_studio.Training.StartAsync(_studio.Ada, request), _studio.Training.StartAsync(_studio.Ada, request));
        Assert.All(starts, start => Assert.Null(start.Refusal));
        var job = Assert.Single(starts.Select(s => s.Job!.Value).Distinct());
        await _studio.StateAsync(job, JobState.Succeeded);
        Assert.Equal((job, null), await _studio.Training.StartAsync(_studio.Ada, request));

        await using var db = await _studio.DatabaseAsync();
        var row = await db.Jobs.SingleAsync(Cancel);
        var version = await db.Versions.Include(v => v.Model).SingleAsync(Cancel);
        Assert.Equal((1, "yaw,smile", false, job), (version.Number, version.Attributes, version.EndedEarly, version.JobId!.Value));
        Assert.Equal(version.Id, version.Model!.CurrentVersionId);
        Assert.True(row.DeviceSeconds > 0 && row.EndedAt >= row.StartedAt);
        var view = (await _studio.Training.FindAsync(_studio.Ada, job))!;
        Assert.Equal((used, 1.0), (view.Progress!.Photos.Count, view.Progress.Share!.Value));
        using var model = PersonalizedModel.Load(_studio.Folders.Version(_studio.Ada.UserId, version.ModelId, version.Id), ComputeContext.Cpu);
        Assert.Equal(used, model.Album.Count);
        Assert.Equal(["yaw", "smile"], model.Description.Attributes.Select(a => a.Name));
    }

    [Fact]
    public async Task Paused_stopped_with_the_server_and_kept_it_goes_on_from_where_it_was()
    {
        var request = Request(await _studio.AddFacesAsync(_studio.Ada), TrainingQuality.Long);
        var job = (await _studio.Training.StartAsync(_studio.Ada, request)).Job!.Value;
        var checkpoint = TrainingRun.Checkpoint(_studio.Folders.Job(_studio.Ada.UserId, job));
        await PassAsync(job, 2);
        await _studio.Training.PauseAsync(_studio.Ada, job);
        await _studio.StateAsync(job, JobState.Paused);
        Assert.True(File.Exists(checkpoint));
        var atPause = await DoneAsync(job);

        // The server ends in the middle: the row still says that it runs, and the next server takes it up.
        await _studio.Training.ResumeAsync(_studio.Ada, job);
        await PassAsync(job, atPause + 1);
        await _studio.EndAndBuildAgainAsync();
        Assert.Equal(JobState.Running, (await _studio.JobAsync(job))!.State);
        var atEnd = await DoneAsync(job);
        Assert.True(atEnd >= atPause);
        var (least, beganAgain) = (int.MaxValue, false);
        using var watch = _studio.Training.Watch(job, () =>
        {
            if (_studio.Get<JobProgressStore>().Find(job) is { Stage: "Training" } seen)
                least = Math.Min(least, seen.Done);
            else
                beganAgain |= _studio.Get<JobProgressStore>().Find(job) is { Stage: "Inverting" };
        });
        await _studio.StartAsync();
        await PassAsync(job, atEnd + 1);
        Assert.False(beganAgain, "anchors were sought again");
        Assert.InRange(least, atPause, int.MaxValue);

        // Paused again, what it has learned becomes a version.
        await _studio.Training.PauseAsync(_studio.Ada, job);
        await _studio.StateAsync(job, JobState.Paused);
        await _studio.Training.CancelAsync(_studio.Ada, job, keep: true);
        await _studio.StateAsync(job, JobState.Succeeded);
        await using var db = await _studio.DatabaseAsync();
        Assert.True((await db.Versions.SingleAsync(Cancel)).EndedEarly);
        await TrainingStudio.UntilAsync(() => Task.FromResult(!File.Exists(checkpoint)));
    }

    [Fact]
    public async Task Cancelled_while_it_trains_it_leaves_neither_files_nor_a_model()
    {
        var request = Request(await _studio.AddFacesAsync(_studio.Ada), TrainingQuality.Long);
        var job = (await _studio.Training.StartAsync(_studio.Ada, request)).Job!.Value;
        await PassAsync(job, 1);
        await _studio.Training.CancelAsync(_studio.Ada, job, keep: false);
        await TrainingStudio.UntilAsync(async () => await _studio.JobAsync(job) is null);
        await TrainingStudio.UntilAsync(() => Task.FromResult(!Directory.Exists(_studio.Folders.Job(_studio.Ada.UserId, job))));
        await using var db = await _studio.DatabaseAsync();
        Assert.False(await db.Models.AnyAsync(Cancel) || await db.Versions.AnyAsync(Cancel));
    }

    private Task PassAsync(Guid job, int pass) => TrainingStudio.UntilAsync(async () =>
    {
        if (await _studio.JobAsync(job) is { State: JobState.Failed } failed)
            Assert.Fail(failed.Error);
        return await DoneAsync(job) >= pass;
    });

    private async Task<int> DoneAsync(Guid job) => (await _studio.Training.FindAsync(_studio.Ada, job))?.Progress is { Stage: "Training" } progress ? progress.Done : -1;

    private static TrainingRequest Request(Guid album, TrainingQuality quality) =>
        new() { RequestId = Guid.NewGuid(), AlbumId = album, Attributes = [new("yaw", null), new("smile", null)], Quality = quality };
}

using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Training;
using WebStudio.Server.Albums;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>Whose turn it is and who may do what, without a training.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private TrainingStudio _studio = default!;

    private static Consent Agreed => new() { GivenBy = "Lea", Scope = "portraits", RecordedAt = Now };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _studio = await TrainingStudio.CreateAsync();

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task Whoever_used_the_device_least_in_the_last_day_goes_first_then_the_oldest_job()
    {
        var (adas, bens) = (await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed), await _studio.AddEmptyAlbumAsync(_studio.Ben, Agreed));
        var old = await _studio.AddJobAsync(_studio.Ada, adas, JobState.Queued, Now.AddHours(-3));
        var later = await _studio.AddJobAsync(_studio.Ben, bens, JobState.Queued, Now.AddHours(-2));
        Assert.Equal(old.Id, await NextAsync());

        // An hour of the day before yesterday counts no more; ten minutes of today do.
        await _studio.AddJobAsync(_studio.Ben, bens, JobState.Succeeded, Now.AddDays(-2), 3600, Now.AddDays(-2));
        Assert.Equal(old.Id, await NextAsync());
        await _studio.AddJobAsync(_studio.Ada, adas, JobState.Succeeded, Now.AddHours(-5), 600, Now.AddHours(-5));
        Assert.Equal(later.Id, await NextAsync());

        // What was under way when the server ended goes on first, whosever it is.
        var interrupted = await _studio.AddJobAsync(_studio.Ada, adas, JobState.Running, Now, 600, Now);
        Assert.Equal(interrupted.Id, await NextAsync());
    }

    [Fact]
    public async Task The_queue_names_others_places_but_not_what_they_train()
    {
        var album = await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed);
        var job = await _studio.AddJobAsync(_studio.Ada, album, JobState.Queued, Now);

        var own = Assert.Single(await _studio.Training.QueueAsync(_studio.Ada));
        Assert.Equal((job.Id, "Lea"), (own.JobId, own.Name));
        var others = Assert.Single(await _studio.Training.QueueAsync(_studio.Ben));
        Assert.Null(others.JobId);
        Assert.DoesNotContain("Lea", others.Name);
        Assert.Empty(others.Owner);
    }

    [Fact]
    public async Task Others_find_no_job_and_change_nothing_of_it()
    {
        var album = await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed);
        var job = await _studio.AddJobAsync(_studio.Ada, album, JobState.Queued, Now);

        Assert.Null(await _studio.Training.FindAsync(_studio.Ben, job.Id));
        Assert.Null(await _studio.Training.PlanAsync(_studio.Ben, album));
        await _studio.Training.PauseAsync(_studio.Ben, job.Id);
        await _studio.Training.CancelAsync(_studio.Ben, job.Id, keep: false);
        Assert.Equal(JobState.Queued, (await _studio.JobAsync(job.Id))!.State);
        var (started, refusal) = await _studio.Training.StartAsync(_studio.Ben, Request(album));
        Assert.Null(started);
        Assert.Contains("does not exist", refusal);
    }

    [Fact]
    public async Task Without_a_consent_that_holds_nothing_starts()
    {
        var without = await _studio.Training.StartAsync(_studio.Ada, Request(await _studio.AddEmptyAlbumAsync(_studio.Ada, null)));
        Assert.Null(without.Job);
        Assert.Contains("Nobody has recorded that Lea agrees", without.Refusal);

        var past = Agreed;
        past.Until = new(2020, 5, 1);
        var ended = await _studio.Training.StartAsync(_studio.Ada, Request(await _studio.AddEmptyAlbumAsync(_studio.Ada, past)));
        Assert.Null(ended.Job);
        Assert.Contains("ended on 1 May 2020", ended.Refusal);

        var few = await _studio.Training.StartAsync(_studio.Ada, Request(await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed)));
        Assert.Null(few.Job);
        Assert.Contains("0 photos of the person are in use", few.Refusal);

        await using var db = await _studio.DatabaseAsync();
        Assert.False(await db.Jobs.AnyAsync(Cancel) || await db.Models.AnyAsync(Cancel));
    }

    [Fact]
    public async Task A_consent_withdrawn_while_the_job_waits_ends_it_with_the_reason()
    {
        var job = await _studio.AddJobAsync(_studio.Ada, await _studio.AddEmptyAlbumAsync(_studio.Ada, null), JobState.Queued, Now);
        await using (var db = await _studio.DatabaseAsync())
        {
            var request = System.Text.Json.JsonSerializer.Serialize(Request(job.AlbumId));
            await db.Jobs.ExecuteUpdateAsync(set => set.SetProperty(j => j.Request, request), Cancel);
        }
        await _studio.StartAsync();
        await _studio.StateAsync(job.Id, JobState.Failed);
        Assert.Contains("Nobody has recorded that Lea agrees", (await _studio.JobAsync(job.Id))!.Error);
    }

    [Fact]
    public async Task A_waiting_job_is_paused_resumed_and_cancelled_with_its_model()
    {
        var job = await _studio.AddJobAsync(_studio.Ada, await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed), JobState.Queued, Now);
        await _studio.Training.PauseAsync(_studio.Ada, job.Id);
        Assert.Equal(JobState.Paused, (await _studio.JobAsync(job.Id))!.State);
        Assert.Null(await NextAsync());
        await _studio.Training.ResumeAsync(_studio.Ada, job.Id);
        Assert.Equal(job.Id, await NextAsync());

        // There is nothing to keep yet: it ends, and no model without a version stays behind.
        await _studio.Training.CancelAsync(_studio.Ada, job.Id, keep: true);
        await using var db = await _studio.DatabaseAsync();
        Assert.False(await db.Jobs.AnyAsync(Cancel) || await db.Models.AnyAsync(Cancel));
    }

    [Fact]
    public async Task A_state_changes_only_from_where_it_may()
    {
        var job = await _studio.AddJobAsync(_studio.Ada, await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed), JobState.Queued, Now);
        var service = _studio.Get<TrainingService>();
        var moves = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
            service.MoveAsync(job, [JobState.Queued], n % 2 == 0 ? JobState.Preparing : JobState.Paused, _ => { }, "moves"), Cancel)));
        Assert.Single(moves, moved => moved);
    }

    private async Task<Guid?> NextAsync() => (await _studio.Get<TrainingService>().NextAsync(Cancel))?.Id;

    private static TrainingRequest Request(Guid album) => new() { RequestId = Guid.NewGuid(), AlbumId = album, Attributes = [new("yaw", null)] };
}

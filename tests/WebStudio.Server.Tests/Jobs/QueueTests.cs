using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
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
        await UseAsync(_studio.Ben, -48, 3600);
        Assert.Equal(old.Id, await NextAsync());
        await UseAsync(_studio.Ada, -5, 600);
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

        var own = Assert.Single((await _studio.Get<IJobQueue>().ReadAsync(_studio.Ada)).Entries);
        Assert.Equal((job.Id, "Lea"), (own.JobId, own.Name));
        var others = Assert.Single((await _studio.Get<IJobQueue>().ReadAsync(_studio.Ben)).Entries);
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

    [Fact]
    public async Task What_a_supervisor_of_the_same_studio_puts_first_goes_first()
    {
        var (adas, bens) = (await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed), await _studio.AddEmptyAlbumAsync(_studio.Ben, Agreed));
        var first = await _studio.AddJobAsync(_studio.Ada, adas, JobState.Queued, Now.AddHours(-3));
        var second = await _studio.AddJobAsync(_studio.Ben, bens, JobState.Queued, Now);
        var queue = _studio.Get<IJobQueue>();
        await queue.PrioritizeAsync(_studio.Ben, second.Id, 1);
        await queue.PrioritizeAsync(new("someone", Guid.NewGuid(), IsSupervisor: true, IsAdmin: true), second.Id, 1);
        Assert.Equal(first.Id, await NextAsync()); // neither its owner nor another studio's supervisor

        var supervisor = _studio.Ada with { UserId = "sue", IsSupervisor = true };
        await queue.PrioritizeAsync(supervisor, second.Id, 1);
        Assert.Equal(second.Id, await NextAsync());
        await queue.PrioritizeAsync(supervisor, second.Id, -1);
        Assert.Equal(first.Id, await NextAsync());
    }

    [Fact]
    public async Task A_stopped_queue_stands_still_over_a_restart_until_an_admin_lets_it_go_on()
    {
        var job = await _studio.AddJobAsync(_studio.Ada, await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed), JobState.Queued, Now);
        await _studio.Get<IJobQueue>().SetPausedAsync(_studio.Ada, true);
        Assert.Equal(job.Id, await NextAsync()); // no admin
        var admin = _studio.Ben with { IsAdmin = true };
        await _studio.Get<IJobQueue>().SetPausedAsync(admin, true);
        Assert.Null(await NextAsync());
        await _studio.EndAndBuildAgainAsync();
        Assert.Null(await NextAsync());
        Assert.Contains("stopped the queue", (await _studio.Training.FindAsync(_studio.Ada, job.Id))!.Waits);
        await _studio.Get<IJobQueue>().SetPausedAsync(admin, false);
        Assert.Equal(job.Id, await NextAsync());
    }

    [Fact]
    public async Task Whoever_has_had_the_minutes_of_the_day_waits_until_they_are_a_day_old()
    {
        var (adas, bens) = (await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed), await _studio.AddEmptyAlbumAsync(_studio.Ben, Agreed));
        var mine = await _studio.AddJobAsync(_studio.Ada, adas, JobState.Queued, Now.AddHours(-3));
        await LimitAsync(_studio.Ada, minutes: 30);
        await UseAsync(_studio.Ada, -20, 1200);
        Assert.Equal(mine.Id, await NextAsync());
        await UseAsync(_studio.Ada, -2, 900); // 35 minutes of 30
        Assert.Null(await NextAsync());
        var others = await _studio.AddJobAsync(_studio.Ben, bens, JobState.Queued, Now);
        Assert.Equal(others.Id, await NextAsync());

        // The twenty minutes of twenty hours ago are a day old in four hours.
        var free = DateTimeOffset.UnixEpoch.AddHours(Math.Floor((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalHours) + 4);
        Assert.Equal($"The device time of the day is used up: it goes on at {free:HH:mm} UTC.", (await _studio.Training.FindAsync(_studio.Ada, mine.Id))!.Waits);
    }

    [Fact]
    public async Task More_open_jobs_than_allowed_are_refused_with_the_number()
    {
        var album = await _studio.AddEmptyAlbumAsync(_studio.Ada, Agreed);
        await _studio.AddJobAsync(_studio.Ada, album, JobState.Paused, Now);
        await using var db = await _studio.DatabaseAsync();
        Assert.Null(await _studio.Get<JobLimits>().RefusalAsync(db, _studio.Ada.UserId));
        await db.Users.ExecuteUpdateAsync(set => set.SetProperty(u => u.MostOpenJobs, 1), Cancel);
        Assert.Contains("1 is the most here", await _studio.Get<JobLimits>().RefusalAsync(db, _studio.Ada.UserId));
        Assert.Null(await _studio.Get<JobLimits>().RefusalAsync(db, _studio.Ben.UserId));
    }

    [Theory]
    [InlineData(JobState.Cancelled, JobState.Queued, JobState.Cancelled)] // the queue is stopped after the owner cancelled
    [InlineData(JobState.Paused, null, JobState.Paused)] // the server ends
    [InlineData(JobState.Queued, JobState.Cancelled, JobState.Cancelled)] // the owner cancels what is on its way back
    [InlineData(null, JobState.Queued, JobState.Queued)]
    internal void What_the_server_asks_of_a_run_takes_no_wish_of_its_owner_back(JobState? held, JobState? asked, JobState? wanted)
    {
        var run = new StudyRun(new() { OwnerId = "ada", Request = "{}" }, "", "", "", "", new(), null!, null!, null!);
        run.Abort(held);
        run.Abort(asked);
        Assert.Equal(wanted, run.Wish);
    }

    private async Task UseAsync(Viewer owner, int hours, double seconds)
    {
        await using var db = await _studio.DatabaseAsync();
        db.DeviceUses.Add(new() { OwnerId = owner.UserId, Hour = (int)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalHours + hours, Seconds = seconds });
        await db.SaveChangesAsync(Cancel);
    }

    private async Task LimitAsync(Viewer owner, int minutes)
    {
        await using var db = await _studio.DatabaseAsync();
        await db.Users.Where(u => u.Id == owner.UserId).ExecuteUpdateAsync(set => set.SetProperty(u => u.MostDeviceMinutes, minutes), Cancel);
    }

    private async Task<Guid?> NextAsync() => (await _studio.Get<TrainingService>().NextAsync(Cancel))?.Id;

    private static TrainingRequest Request(Guid album) => new() { RequestId = Guid.NewGuid(), AlbumId = album, Attributes = [new("yaw", null)] };
}

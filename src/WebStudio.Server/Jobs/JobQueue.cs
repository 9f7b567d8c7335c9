using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Training;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;

namespace WebStudio.Server.Jobs;

/// <summary>A waiting job's place.</summary>
internal sealed record Turn(int Ahead, DateTimeOffset? Start, string Waits);

/// <summary>The queue as pages see it, and what supervisors and admins change in it.</summary>
internal sealed class JobQueue(IDbContextFactory<StudioDb> databases, DeviceMeter meter, QueueForecast forecast, QueuePause pause, TrainingService service, JobProgressStore progress, AuditLog audit) : IJobQueue
{
    public async Task<QueueView> ReadAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var stopped = await pause.FindAsync();
        var (jobs, account) = await OrderedAsync(db);
        var starts = stopped is null ? await forecast.StartsAsync(db, jobs, account) : new Dictionary<Guid, DateTimeOffset>();
        var models = await db.Models.Where(m => jobs.Select(j => j.ModelId).Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name);
        var owners = await db.Users.Where(u => jobs.Select(j => j.OwnerId).Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName);
        var by = stopped is var (admin, _) ? await db.Users.Where(u => u.Id == admin).Select(u => u.DisplayName).FirstOrDefaultAsync() ?? "an admin" : null;
        return new([.. jobs.Select(job =>
        {
            var supervised = viewer.IsSupervisor && job.StudioId == viewer.StudioId;
            var visible = job.OwnerId == viewer.UserId || supervised;
            var name = visible ? (job.Kind == JobKind.Study ? $"{models[job.ModelId]}: comparison with its peers" : models[job.ModelId]) : "Somebody's work";
            return new QueueEntry(name, visible || viewer.IsAdmin ? owners.GetValueOrDefault(job.OwnerId, "") : "", job.State.ToString(), job.CreatedAt)
            {
                JobId = visible ? job.Id : null,
                Share = progress.Find(job.Id)?.Share,
                Start = starts.TryGetValue(job.Id, out var start) ? start : null,
                Waits = job.State == JobState.Queued ? Waits(account, job.OwnerId) : "",
                Priority = job.Priority,
                MayPrioritize = supervised && job.State == JobState.Queued,
            };
        })], by, stopped?.Since);
    }

    /// <summary>The place of a waiting job.</summary>
    public async Task<Turn> TurnAsync(StudioDb db, Guid job)
    {
        var (jobs, account) = await OrderedAsync(db);
        if (await pause.FindAsync() is not null)
            return new(Place(jobs, job), null, "An admin has stopped the queue for a while.");
        var starts = await forecast.StartsAsync(db, jobs, account);
        return new(Place(jobs, job), starts.TryGetValue(job, out var start) ? start : null, jobs.Find(j => j.Id == job) is { } own ? Waits(account, own.OwnerId) : "");
    }

    public async Task PrioritizeAsync(Viewer viewer, Guid job, int priority)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (!viewer.IsSupervisor || await db.Jobs.Where(j => j.Id == job && j.StudioId == viewer.StudioId && j.State == JobState.Queued).ExecuteUpdateAsync(set => set.SetProperty(j => j.Priority, Math.Clamp(priority, -1, 1))) == 0)
            return;
        await audit.WriteAsync(viewer, AuditActions.QueueChanged, "job", job, priority switch { > 0 => "first", < 0 => "last", _ => "in its turn" });
        service.Wake();
    }

    public async Task SetPausedAsync(Viewer viewer, bool paused)
    {
        if (!viewer.IsAdmin || paused == await pause.FindAsync() is not null)
            return;
        await service.SetPausedAsync(viewer.UserId, paused);
        await audit.WriteAsync(viewer, AuditActions.QueueChanged, "server", Guid.Empty, paused ? "stopped" : "goes on");
    }

    private async Task<(List<Job> Jobs, DeviceAccount Account)> OrderedAsync(StudioDb db)
    {
        var open = await db.Jobs.AsNoTracking().Where(j => JobStates.Open.Contains(j.State)).ToListAsync();
        var account = await meter.ReadAsync(db);
        return ([.. open.Where(j => JobStates.Active.Contains(j.State)), .. FairShare.Order(open.Where(j => j.State == JobState.Queued), account), .. open.Where(j => j.State == JobState.Paused)], account);
    }

    private static int Place(List<Job> jobs, Guid job) => Math.Max(0, jobs.FindIndex(j => j.Id == job));

    private static string Waits(DeviceAccount account, string owner) => account.FreeAt.TryGetValue(owner, out var at)
        ? $"The device time of the day is used up: it goes on at {at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC."
        : "";
}

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Training;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Models;

namespace WebStudio.Server.Jobs;

/// <summary>What the training pages need.</summary>
internal sealed class Training(IDbContextFactory<StudioDb> databases, TrainingPlanner planner, TrainingService service, JobQueue queue, JobLimits limits, JobProgressStore progress, JobFeed feed, AuditLog audit, TimeProvider time) : ITraining
{
    public Task<TrainingPlan?> PlanAsync(Viewer viewer, Guid album) => planner.PlanAsync(viewer, album);

    public async Task<(Guid? Job, string? Refusal)> StartAsync(Viewer viewer, TrainingRequest request)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await SameRequestAsync(db, viewer, request) is { } started)
            return (started, null);
        if (await TrainingPlanner.FindAsync(db, viewer, request.AlbumId) is not { } album)
            return (null, "This album does not exist any more.");
        var used = TrainingPlanner.Used(album);
        var offers = TrainingPlanner.Offers(used).ToDictionary(o => o.Name);
        if (planner.Refusal(album, used.Count) is { } refusal)
            return (null, refusal);
        if (await limits.RefusalAsync(db, viewer.UserId) is { } many)
            return (null, many);
        if (request.Attributes.Count == 0)
            return (null, "Choose at least one attribute.");
        if (request.Attributes.FirstOrDefault(a => !offers.TryGetValue(a.Name, out var offer) || offer.Known == 0) is { } without)
            return (null, $"No photo in use has a value for '{without.Name}'. Leave it out, or set values by hand.");
        var model = request.ModelId is { } id
            ? await db.Models.ChangeableBy(viewer).FirstOrDefaultAsync(m => m.Id == id && m.AlbumId == album.Id)
            : new Model { OwnerId = viewer.UserId, StudioId = viewer.StudioId, AlbumId = album.Id, Name = request.ModelName.Trim() is { Length: > 0 } name ? name : album.Person, CreatedAt = time.GetUtcNow() };
        if (model is null)
            return (null, "The model does not exist any more.");
        if (request.ModelId is null)
            db.Models.Add(model);
        var job = new Job
        {
            OwnerId = viewer.UserId,
            StudioId = viewer.StudioId,
            RequestId = request.RequestId,
            AlbumId = album.Id,
            ModelId = model.Id,
            Request = JsonSerializer.Serialize(request),
            State = JobState.Queued,
            CreatedAt = time.GetUtcNow(),
        };
        db.Jobs.Add(job);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException e) when (StudioDatabase.IsConstraint(e.InnerException))
        {
            // The second of two clicks at the same moment: the unique index let only one through.
            await using var again = await databases.CreateDbContextAsync();
            if (await SameRequestAsync(again, viewer, request) is { } first)
                return (first, null);
            throw;
        }
        await audit.WriteAsync(viewer, AuditActions.Trained, "model", model.Id);
        feed.Changed(viewer.UserId, new(job.Id, model.Id, model.Name, nameof(JobState.Queued), false, $"{model.Name} waits for its turn."));
        service.Wake();
        return (job.Id, null);
    }

    public async Task<JobView?> FindAsync(Viewer viewer, Guid job)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Jobs.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(j => j.Id == job) is not { } row)
            return null;
        await audit.ViewedAsync(viewer, row.OwnerId, "training", job);
        var turn = row.State == JobState.Queued ? await queue.TurnAsync(db, job) : null;
        return new()
        {
            Id = row.Id,
            AlbumId = row.AlbumId,
            ModelId = row.ModelId,
            ModelName = await db.Models.Where(m => m.Id == row.ModelId).Select(m => m.Name).FirstOrDefaultAsync() ?? "",
            State = row.State.ToString(),
            IsStudy = row.Kind == JobKind.Study,
            IsOpen = JobStates.Open.Contains(row.State),
            Ahead = turn?.Ahead ?? 0,
            Start = turn?.Start,
            Waits = turn?.Waits ?? "",
            Error = row.Error,
            MayChange = row.OwnerId == viewer.UserId,
            CreatedAt = row.CreatedAt,
            Progress = progress.Read(row),
        };
    }

    public async Task PauseAsync(Viewer viewer, Guid job)
    {
        if (await OwnAsync(viewer, job) is not { } row)
            return;
        if (!await service.MoveAsync(row, [JobState.Queued], JobState.Paused, _ => { }, "is paused."))
            service.Running(job)?.Abort(JobState.Paused);
    }

    public async Task ResumeAsync(Viewer viewer, Guid job)
    {
        if (await OwnAsync(viewer, job) is { } row && await service.MoveAsync(row, [JobState.Paused, JobState.Failed], JobState.Queued, r => (r.Error, r.EndedAt) = ("", null), "waits for its turn."))
            service.Wake();
    }

    public async Task CancelAsync(Viewer viewer, Guid job, bool keep)
    {
        if (await OwnAsync(viewer, job) is not { } row || !JobStates.Open.Contains(row.State))
            return;
        if (keep && service.AskToFinish(row))
        {
            service.Running(job)?.Finish();
            if (await service.MoveAsync(row, [JobState.Paused], JobState.Queued, _ => { }, "waits for its turn to be finished."))
                service.Wake();
        }
        else if (await service.MoveAsync(row, [JobState.Queued, JobState.Paused], JobState.Cancelled, r => r.EndedAt = time.GetUtcNow(), "was cancelled."))
            await service.DropAsync(row);
        else
            service.Running(job)?.Abort(JobState.Cancelled);
    }

    public IDisposable Watch(Guid job, Action changed) => feed.Watch(job, changed);

    private async Task<Job?> OwnAsync(Viewer viewer, Guid job)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.Jobs.AsNoTracking().ChangeableBy(viewer).FirstOrDefaultAsync(j => j.Id == job);
    }

    private static Task<Guid?> SameRequestAsync(StudioDb db, Viewer viewer, TrainingRequest request) =>
        db.Jobs.Where(j => j.OwnerId == viewer.UserId && j.RequestId == request.RequestId).Select(j => (Guid?)j.Id).FirstOrDefaultAsync();
}

using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Components.Training;
using WebStudio.Gpu;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Data;

namespace WebStudio.Server.Api;

/// <summary>A training, or the comparison of a version with its peers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">training or study.</param>
/// <param name="State">queued, preparing, running, paused, succeeded, failed, cancelled.</param>
/// <param name="AlbumId">Album it learns from.</param>
/// <param name="ModelId">Model that gets the version.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="Ahead">Jobs before it.</param>
/// <param name="Start">When it is likely to begin; null while that is not known.</param>
/// <param name="Share">Share done, 0 to 1; null before any.</param>
/// <param name="Passes">Passes over the album that are finished and kept: a server that is killed loses none of them. Null while it does not train.</param>
/// <param name="Error">What went wrong and what to do; empty unless it failed.</param>
internal sealed record ApiJob(Guid Id, string Kind, string State, Guid AlbumId, Guid ModelId, DateTimeOffset CreatedAt, int Ahead, DateTimeOffset? Start, double? Share, int? Passes, string Error);

/// <summary>A training to start.</summary>
/// <param name="RequestId">Made by the caller: sent twice, it starts one training.</param>
/// <param name="AlbumId">Album to learn from.</param>
/// <param name="Attributes">yaw, pitch, smile, age … and the album's tags, in the order in which they choose their direction.</param>
/// <param name="Quality">quick, standard (as without) or long.</param>
/// <param name="ModelId">Model that gets a further version; null for a new one.</param>
/// <param name="ModelName">Name of a new model.</param>
/// <param name="BaseId">Imported base; null for the built-in one.</param>
internal sealed record ApiTraining(Guid RequestId, Guid AlbumId, IReadOnlyList<string> Attributes, string? Quality, Guid? ModelId, string? ModelName, Guid? BaseId);

internal static class JobApi
{
    private const int Most = 200;

    public static void MapJobApi(this RouteGroupBuilder group)
    {
        group.MapGet("/", ListAsync).For(ApiScopes.JobsRead).WithSummary($"Your last {Most} trainings, newest first");
        group.MapPost("/", StartAsync).For(ApiScopes.JobsWrite).WithSummary("Start a training");
        group.MapGet("/{job:guid}", async Task<Results<Ok<ApiJob>, NotFound>> (Guid job, ClaimsPrincipal user, ITraining training) => await training.FindAsync(Viewer.Of(user), job) is { } found ? TypedResults.Ok(Of(found)) : TypedResults.NotFound())
            .For(ApiScopes.JobsRead).WithSummary("One training");
        group.MapPost("/{job:guid}/pause", (Guid job, ClaimsPrincipal user, ITraining training) => ChangeAsync(job, user, training, viewer => training.PauseAsync(viewer, job))).For(ApiScopes.JobsWrite).WithSummary("Give the device away and keep the state");
        group.MapPost("/{job:guid}/resume", (Guid job, ClaimsPrincipal user, ITraining training) => ChangeAsync(job, user, training, viewer => training.ResumeAsync(viewer, job))).For(ApiScopes.JobsWrite).WithSummary("Queue a paused or failed training again");
        group.MapPost("/{job:guid}/cancel", (Guid job, bool? keep, ClaimsPrincipal user, ITraining training) => ChangeAsync(job, user, training, viewer => training.CancelAsync(viewer, job, keep == true))).For(ApiScopes.JobsWrite).WithSummary("End a training; keep=true makes a version of what there is");
    }

    private static async Task<Ok<List<ApiJob>>> ListAsync(ClaimsPrincipal user, IDbContextFactory<StudioDb> databases, ITraining training, CancellationToken cancel)
    {
        var viewer = Viewer.Of(user);
        await using var db = await databases.CreateDbContextAsync(cancel);
        var ids = await db.Jobs.AsNoTracking().VisibleTo(viewer).OrderByDescending(j => j.CreatedAt).Take(Most).Select(j => j.Id).ToListAsync(cancel);
        var jobs = new List<ApiJob>();
        foreach (var id in ids)
            if (await training.FindAsync(viewer, id) is { } job)
                jobs.Add(Of(job));
        return TypedResults.Ok(jobs);
    }

    private static async Task<Created<ApiJob>> StartAsync(ApiTraining wish, ClaimsPrincipal user, ITraining training)
    {
        var viewer = Viewer.Of(user);
        if (wish.RequestId == Guid.Empty || wish.Attributes is not { Count: > 0 })
            throw new InvalidInputException("A training needs request_id, an id of your own making, album_id, and at least one of attributes.");
        if (!Enum.TryParse<TrainingQuality>(wish.Quality ?? nameof(TrainingQuality.Standard), ignoreCase: true, out var quality) || !Enum.IsDefined(quality))
            throw new InvalidInputException($"quality is '{wish.Quality}'; quick, standard and long are accepted.");
        var (job, refusal) = await training.StartAsync(viewer, new()
        {
            RequestId = wish.RequestId,
            AlbumId = wish.AlbumId,
            ModelId = wish.ModelId,
            ModelName = wish.ModelName ?? "",
            Attributes = [.. wish.Attributes.Select(name => new WantedAttribute(name, null))],
            Quality = quality,
            BaseId = wish.BaseId,
        });
        if (job is not { } id)
            throw new InvalidInputException(refusal ?? "The training cannot start.");
        return TypedResults.Created($"{ApiFeature.Root}/jobs/{id}", Of((await training.FindAsync(viewer, id))!));
    }

    private static async Task<Results<Ok<ApiJob>, NotFound>> ChangeAsync(Guid job, ClaimsPrincipal user, ITraining training, Func<Viewer, Task> change)
    {
        var viewer = Viewer.Of(user);
        if (await training.FindAsync(viewer, job) is not { } before)
            return TypedResults.NotFound();
        await change(viewer);
        return TypedResults.Ok(Of(await training.FindAsync(viewer, job) ?? before with { State = "Cancelled", IsOpen = false })); // a cancelled one that never had a version is gone
    }

    private static ApiJob Of(JobView job) => new(job.Id, job.IsStudy ? "study" : "training", job.State.ToLowerInvariant(), job.AlbumId, job.ModelId, job.CreatedAt, job.Ahead, job.Start, job.Progress?.Share, job.Progress is { Stage: nameof(PersonalizationStage.Training) } now ? now.Done : null, job.Error);
}

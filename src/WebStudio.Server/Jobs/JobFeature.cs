using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Models;
using WebStudio.Components.Training;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Settings;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

internal static class JobFeature
{
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<TrainingOptions>(configuration, "Training");
        services.AddSingleton<JobFeed>().AddSingleton<IJobFeed>(provider => provider.GetRequiredService<JobFeed>());
        services.AddSettings<SharingOptions>(configuration, "Sharing");
        services.AddSingleton<DeviceMeter>().AddSingleton<QueuePause>().AddSingleton<QueueForecast>().AddSingleton<JobLimits>();
        services.AddSingleton<JobProgressStore>();
        services.AddSingleton<MachineSpeed>();
        services.AddSingleton<TrainingPlanner>();
        services.AddSingleton<StudyRuns>().AddSingleton<IStudies, Studies>();
        services.AddSingleton<SpentCheckpoints>().AddSingleton<TrainingService>();
        services.AddHostedService(provider => provider.GetRequiredService<TrainingService>());
        services.AddSingleton<JobQueue>().AddSingleton<IJobQueue>(provider => provider.GetRequiredService<JobQueue>());
        services.AddSingleton<ITraining, Training>();
        return services;
    }

    /// <summary>Pictures of a training: the photos shown, and their reconstructions.</summary>
    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder app)
    {
        app.MapGet("/files/jobs/{job:guid}/{kind}-{n:int}.webp", async (Guid job, string kind, int n, HttpContext http, IDbContextFactory<StudioDb> databases, DataFolders folders, AuditLog audit) =>
        {
            await using var db = await databases.CreateDbContextAsync(http.RequestAborted);
            var row = kind is "shot" or "photo" ? await db.Jobs.AsNoTracking().VisibleTo(Viewer.Of(http.User)).FirstOrDefaultAsync(j => j.Id == job, http.RequestAborted) : null;
            var path = row is null ? "" : Path.Combine(folders.Job(row.OwnerId, row.Id), $"{kind}-{n}.webp");
            http.Response.Headers.CacheControl = "private, no-cache";
            if (row is null || !File.Exists(path))
                return Results.NotFound();
            await audit.ViewedAsync(Viewer.Of(http.User), row.OwnerId, "training", job);
            return Results.File(path, "image/webp", lastModified: File.GetLastWriteTimeUtc(path));
        });
        return app;
    }
}

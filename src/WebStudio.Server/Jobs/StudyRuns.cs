using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Training;
using WebStudio.Gpu;
using WebStudio.Gpu.Execution;
using WebStudio.Server.Admin;
using WebStudio.Server.Data;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

/// <summary>From the row of a study to a run.</summary>
internal sealed class StudyRuns(IDbContextFactory<StudioDb> databases, DataFolders folders, ModelFiles models, BaseCatalogue bases, ComputeContext context, JobProgressStore progress, JobFeed feed, IOptions<TrainingOptions> options)
{
    /// <exception cref="InvalidInputException">The version, or the base it was trained from, does not exist any more.</exception>
    public async Task<StudyRun> BeginAsync(Job job)
    {
        await using var db = await databases.CreateDbContextAsync();
        var version = await db.Versions.AsNoTracking().FirstOrDefaultAsync(v => v.Id == job.VersionId) ?? throw new InvalidInputException("The version to be compared does not exist any more.");
        var training = await db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == version.JobId);
        var baseId = training is null ? null : JsonSerializer.Deserialize<TrainingRequest>(training.Request)!.BaseId;
        var folder = folders.Job(job.OwnerId, job.Id);
        Directory.CreateDirectory(folder);
        return new(job, folder, models.Version(version), models.Study(version), await bases.FolderOfAsync(baseId), options.Value, context, progress, feed);
    }
}

using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

/// <summary>Checkpoints of jobs that are over. A checkpoint goes after the row that names the version, so a server that is killed in between leaves it: it goes at the next start.</summary>
internal sealed class SpentCheckpoints(IDbContextFactory<StudioDb> databases, DataFolders folders, ILogger<SpentCheckpoints> log)
{
    /// <summary>Removes them; where that fails they take room until the next start.</summary>
    public async Task RemoveAsync(CancellationToken stop)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(stop);
            var over = await db.Jobs.IgnoreQueryFilters(Bin.Filters).Where(j => j.State == JobState.Succeeded || j.State == JobState.Cancelled).Select(j => new { j.Id, j.OwnerId }).ToListAsync(stop);
            foreach (var file in over.Select(j => TrainingRun.Checkpoint(folders.Job(j.OwnerId, j.Id))).Where(File.Exists))
                File.Delete(file);
        }
#pragma warning disable CA1031 // the queue goes on without
        catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "Checkpoints of jobs that are over could not be removed");
        }
    }
}

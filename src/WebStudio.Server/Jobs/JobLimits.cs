using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

/// <summary>How many jobs a user may have open, and whether there is room for what they make.</summary>
internal sealed class JobLimits(IOptions<SharingOptions> options, StorageQuota quota)
{
    /// <summary>Why one more is too many; null when it is not.</summary>
    public async Task<string?> RefusalAsync(StudioDb db, string owner)
    {
        var most = await db.Users.Where(u => u.Id == owner).Select(u => u.MostOpenJobs).FirstOrDefaultAsync() ?? options.Value.MostOpenJobs;
        var open = await db.Jobs.CountAsync(j => j.OwnerId == owner && JobStates.Open.Contains(j.State));
        return open < most ? await quota.RefusalAsync(db, owner, 0) : $"You have {open} trainings and comparisons that wait, run or are paused, and {most} is the most here. Wait until one has ended, or cancel one.";
    }
}

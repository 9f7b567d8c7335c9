using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;
using WebStudio.Components.Models;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Models;

namespace WebStudio.Server.Jobs;

/// <summary>What the report page needs.</summary>
internal sealed class Studies(IDbContextFactory<StudioDb> databases, ModelFiles files, TrainingService service, JobLimits limits, JobFeed feed, AuditLog audit, TimeProvider time) : IStudies
{
    public async Task<StudyView?> FindAsync(Viewer viewer, Guid model, Guid? version)
    {
        await using var db = await databases.CreateDbContextAsync();
        var row = await db.Models.AsNoTracking().VisibleTo(viewer).Include(m => m.Versions).Include(m => m.Album).FirstOrDefaultAsync(m => m.Id == model);
        if (row?.Versions.Find(v => v.Id == (version ?? row.CurrentVersionId)) is not { } shown)
            return null;
        await audit.ViewedAsync(viewer, row.OwnerId, "report", shown.Id);
        var file = files.Study(shown);
        var opened = await db.Creations.AsNoTracking().Where(c => c.VersionId == shown.Id && c.Kind == CreationKind.Photo && c.State == CreationState.Ready).OrderBy(c => c.CreatedAt).ToListAsync();
        var job = await db.Jobs.Where(j => j.VersionId == shown.Id && JobStates.Open.Contains(j.State)).Select(j => (Guid?)j.Id).FirstOrDefaultAsync();
        var study = File.Exists(file) ? ReportJson.ReadStudy(await File.ReadAllBytesAsync(file)) : null;
        return new(row.Id, row.Name, shown.Id, shown.Name, row.Album!.Person, ReportJson.Read(shown.Report), study,
            [.. opened.Select(c => (c.Name, Result: CreationJson.Read<PhotoEditResult>(c.Result)!)).Where(c => c.Result.AlbumPhoto < 0).Select(c => new OpenedPhotoFigures(c.Name, c.Result.Psnr, c.Result.Identity))],
            job, row.OwnerId == viewer.UserId, study is null && File.Exists(file));
    }

    public async Task<(Guid? Job, string? Refusal)> StartAsync(Viewer viewer, Guid version)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Versions.AsNoTracking().ChangeableBy(viewer).Include(v => v.Model!.Album).FirstOrDefaultAsync(v => v.Id == version) is not { } row)
            return (null, "This version does not exist any more.");
        if (TrainingPlanner.WithoutConsent(row.Model!.Album!, time) is { } missing)
            return (null, missing); // MyStyle is trained on the same photos
        if (await db.Jobs.Where(j => j.VersionId == version && JobStates.Open.Contains(j.State)).Select(j => (Guid?)j.Id).FirstOrDefaultAsync() is { } under)
            return (under, null);
        if (await limits.RefusalAsync(db, viewer.UserId) is { } many)
            return (null, many);
        var job = new Job
        {
            OwnerId = viewer.UserId,
            StudioId = viewer.StudioId,
            RequestId = Guid.CreateVersion7(),
            Kind = JobKind.Study,
            VersionId = version,
            AlbumId = row.Model!.AlbumId,
            ModelId = row.ModelId,
            Request = "{}",
            State = JobState.Queued,
            CreatedAt = time.GetUtcNow(),
        };
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        feed.Changed(viewer.UserId, new(job.Id, row.ModelId, row.Model.Name, nameof(JobState.Queued), false, $"{row.Model.Name} waits to be compared with its peers."));
        service.Wake();
        return (job.Id, null);
    }
}

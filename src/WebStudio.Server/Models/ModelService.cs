using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Models;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Models;

/// <summary>What the model page needs.</summary>
internal sealed class ModelService(IDbContextFactory<StudioDb> databases, BinService bin, AuditLog audit) : IModels
{
    public async Task<ModelView?> FindAsync(Viewer viewer, Guid model)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Models.AsNoTracking().VisibleTo(viewer).Include(m => m.Versions).Include(m => m.Album).FirstOrDefaultAsync(m => m.Id == model) is not { } row)
            return null;
        await audit.ViewedAsync(viewer, row.OwnerId, "model", model);
        var job = await db.Jobs.Where(j => j.ModelId == model && JobStates.Open.Contains(j.State)).Select(j => (Guid?)j.Id).FirstOrDefaultAsync();
        return new(row.Id, row.Name, row.AlbumId, row.Album!.Person, row.OwnerId == viewer.UserId, job, [.. row.Versions.OrderByDescending(v => v.Number).Select(v =>
            new VersionView(v.Id, v.Name, v.CreatedAt, v.Bytes, v.Id == row.CurrentVersionId, v.EndedEarly, ReportJson.Read(v.Report)))]);
    }

    public async Task RenameAsync(Viewer viewer, Guid model, string name)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Models.ChangeableBy(viewer).Where(m => m.Id == model).ExecuteUpdateAsync(set => set.SetProperty(m => m.Name, name.Trim()));
    }

    public async Task RenameVersionAsync(Viewer viewer, Guid version, string name)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Versions.ChangeableBy(viewer).Where(v => v.Id == version).ExecuteUpdateAsync(set => set.SetProperty(v => v.Name, name.Trim()));
    }

    public async Task MakeCurrentAsync(Viewer viewer, Guid version)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Versions.ChangeableBy(viewer).FirstOrDefaultAsync(v => v.Id == version) is { } row)
            await db.Models.Where(m => m.Id == row.ModelId).ExecuteUpdateAsync(set => set.SetProperty(m => m.CurrentVersionId, version));
    }

    public Task<string?> DeleteAsync(Viewer viewer, Guid model) => bin.PutModelAsync(viewer, model);

    public Task<string?> DeleteVersionAsync(Viewer viewer, Guid version) => bin.PutVersionAsync(viewer, version);
}

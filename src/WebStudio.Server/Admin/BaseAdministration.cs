using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Admin;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Admin;

internal sealed class BaseAdministration(IDbContextFactory<StudioDb> databases, BaseCatalogue catalogue) : IBaseAdministration
{
    public async Task<IReadOnlyList<BaseCard>> ListAsync(CancellationToken cancel = default)
    {
        var builtIn = BaseFolder.Open(BaseFolder.BuiltIn);
        var description = builtIn.Description;
        var bytes = new DirectoryInfo(builtIn.Folder).EnumerateFiles().Sum(f => f.Length);
        await using var db = await databases.CreateDbContextAsync(cancel);
        var imported = await db.BaseModels.OrderByDescending(b => b.ImportedAt)
            .Select(b => new BaseCard(b.Id, b.Name, b.Resolution, b.Licence, b.Bytes, b.Sha256, b.ImportedAt, db.Users.Where(u => u.Id == b.ImportedById).Select(u => u.DisplayName).FirstOrDefault()))
            .ToListAsync(cancel);
        return [new(null, "Built-in faces", description.Generator.ImgResolution, description.Licence ?? "not known", bytes, null, null, null), .. imported];
    }

    public async Task<string?> DeleteAsync(Guid id, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (await db.BaseModels.FindAsync([id], cancel) is not { } model)
            return null; // gone already
        // Finished models carry their own tuned copy of the network; only trainings that are not through still read the base.
        var named = id.ToString();
        var users = await db.Jobs.CountAsync(job => JobStates.Open.Contains(job.State) && job.Request.Contains(named), cancel);
        if (users > 0)
            return $"{model.Name} is needed by {(users == 1 ? "a training that is" : $"{users} trainings that are")} not finished; it can be deleted afterwards.";
        db.BaseModels.Remove(model);
        await db.SaveChangesAsync(cancel);
        if (catalogue.Folder(id) is var folder && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return null;
    }
}

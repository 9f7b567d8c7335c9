using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Editing;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Models;

namespace WebStudio.Server.Editing;

/// <summary>What the editor page is opened with.</summary>
internal sealed class EditingService(IDbContextFactory<StudioDb> databases, ModelFiles files) : IEditing
{
    public async Task<EditorStart?> FindAsync(Viewer viewer, Guid model, Guid? version)
    {
        await using var db = await databases.CreateDbContextAsync();
        var row = await db.Models.AsNoTracking().VisibleTo(viewer).Include(m => m.Versions).Include(m => m.Album).FirstOrDefaultAsync(m => m.Id == model);
        if (row?.Versions.Find(v => v.Id == (version ?? row.CurrentVersionId)) is not { } shown)
            return null;
        return new(shown.Id, row.Name, shown.Name, row.Album!.Person, BaseFolder.Open(files.Version(shown)).Description.Generator.ImgResolution, ReportJson.Read(shown.Report).Photos, row.OwnerId == viewer.UserId);
    }
}

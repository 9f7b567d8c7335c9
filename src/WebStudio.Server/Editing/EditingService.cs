using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Editing;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Models;

namespace WebStudio.Server.Editing;

/// <summary>What the editor page is opened with.</summary>
internal sealed class EditingService(IDbContextFactory<StudioDb> databases, ModelFiles files, AuditLog audit) : IEditing
{
    public async Task<EditorStart?> FindAsync(Viewer viewer, Guid model, Guid? version)
    {
        await using var db = await databases.CreateDbContextAsync();
        var row = await db.Models.AsNoTracking().VisibleTo(viewer).Include(m => m.Versions).Include(m => m.Album).FirstOrDefaultAsync(m => m.Id == model);
        if (row?.Versions.Find(v => v.Id == (version ?? row.CurrentVersionId)) is not { } shown)
            return null;
        await audit.ViewedAsync(viewer, row.OwnerId, "model", model);
        var folder = files.Version(shown);
        var photos = PersonalizedModel.Describe(folder).Photos;
        return new(shown.Id, row.Name, shown.Name, row.Album!.Person, BaseFolder.Open(folder).Description.Generator.ImgResolution, photos.Count, MostFrontal(photos), row.OwnerId == viewer.UserId);
    }

    /// <summary>A face from the side shows little of what sliders do.</summary>
    private static int MostFrontal(IReadOnlyList<ModelPhoto> photos)
    {
        double Turned(int n) => ((string[])["yaw", "pitch"]).Sum(name => photos[n].Attributes.TryGetValue(name, out var degrees) && double.IsFinite(degrees) ? Math.Abs(degrees) : 90);
        return Enumerable.Range(0, photos.Count).MinBy(Turned);
    }
}

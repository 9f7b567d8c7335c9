using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Editing;

namespace WebStudio.Server.Exports.Everything;

/// <summary>Kept edits: their pictures at full size, as each is exported by itself, and their sliders.</summary>
internal sealed class EditsPart(IDbContextFactory<StudioDb> databases, PictureExport export) : IEverythingPart
{
    private const string Folder = "edits";

    public async Task AddAsync(Viewer viewer, EverythingZip zip, CancellationToken cancel)
    {
        List<SavedEdit> edits;
        await using (var db = await databases.CreateDbContextAsync(cancel))
            edits = await db.SavedEdits.IgnoreQueryFilters(Bin.Filters).AsNoTracking().ChangeableBy(viewer).OrderBy(e => e.CreatedAt).ToListAsync(cancel);
        foreach (var edit in edits)
        {
            cancel.ThrowIfCancellationRequested();
            var file = await PictureAsync(viewer, zip, edit);
            await zip.AddJsonAsync(Folder, $"{edit.Name}.json", new { edit.Id, edit.Name, edit.VersionId, edit.CreationId, edit.CreatedAt, File = file, Sliders = EverythingZip.Parsed(edit.Coordinates) });
        }
    }

    /// <returns>The picture's path; null where there is none.</returns>
    private async Task<string?> PictureAsync(Viewer viewer, EverythingZip zip, SavedEdit edit)
    {
        try
        {
            if (await export.MakeEditAsync(viewer, edit.Id, "png", label: false) is var (bytes, _, extension))
                return await zip.AddBytesAsync(Folder, edit.Name + extension, bytes);
            zip.LeaveOut($"the picture of the edit {edit.Name}", "Its version is in the bin: put it back first.");
        }
        catch (InvalidInputException refused)
        {
            zip.LeaveOut($"the picture of the edit {edit.Name}", refused.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            zip.LeaveOut($"the picture of the edit {edit.Name}", "What it is drawn from is missing: it was deleted while this was put together, or is lost.");
        }
        return null;
    }
}

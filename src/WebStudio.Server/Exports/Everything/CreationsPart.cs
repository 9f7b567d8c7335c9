using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Server.Access;
using WebStudio.Server.Creations;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Exports.Everything;

/// <summary>Creations: the photos that came with a wish, and what was made, saying how.</summary>
internal sealed class CreationsPart(IDbContextFactory<StudioDb> databases, CreationFiles files, CreationExport export) : IEverythingPart
{
    public async Task AddAsync(Viewer viewer, EverythingZip zip, CancellationToken cancel)
    {
        List<Creation> creations;
        await using (var db = await databases.CreateDbContextAsync(cancel))
            creations = await db.Creations.IgnoreQueryFilters(Bin.Filters).AsNoTracking().Include(c => c.Version).ChangeableBy(viewer).OrderBy(c => c.CreatedAt).ToListAsync(cancel);
        foreach (var creation in creations)
        {
            var folder = zip.Folder("creations", creation.Name);
            foreach (var upload in CreationPictures.Uploads(creation))
                await zip.AddFileAsync(folder, upload.Name.Length > 0 ? $"upload {upload.Name}" : upload.File, Path.Combine(files.Folder(creation), upload.File));
            await AddMadeAsync(viewer, zip, folder, creation);
            await zip.AddJsonAsync(folder, "creation.json", new
            {
                creation.Id, creation.Kind, creation.Name, creation.VersionId, creation.State, creation.Error, creation.CreatedAt, creation.EndedAt, creation.Starred,
                Request = EverythingZip.Parsed(creation.Request), Result = EverythingZip.Parsed(creation.Result),
            });
        }
    }

    private async Task AddMadeAsync(Viewer viewer, EverythingZip zip, string folder, Creation creation)
    {
        try
        {
            if (await export.EverythingAsync(viewer, creation) is not { } pictures)
                zip.LeaveOut($"the pictures of {creation.Name}", "Its version is in the bin: put it back first.");
            else
                foreach (var (file, provenance) in pictures)
                    await zip.AddMadeAsync(folder, file, Path.Combine(files.Folder(creation), file), bytes => PictureXmp.Write(bytes, provenance));
        }
        catch (InvalidInputException refused)
        {
            zip.LeaveOut($"the pictures of {creation.Name}", refused.Message);
        }
    }
}

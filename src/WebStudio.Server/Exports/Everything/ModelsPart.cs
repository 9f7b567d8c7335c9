using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Server.Access;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Models;

namespace WebStudio.Server.Exports.Everything;

/// <summary>Models with those of their versions that may leave the studio, as the folders that the command line works with. Pictures to look at are left out: the model makes them again.</summary>
internal sealed class ModelsPart(IDbContextFactory<StudioDb> databases, ModelFiles files, ExportGate gate) : IEverythingPart
{
    private const string Previews = "preview";

    public async Task AddAsync(Viewer viewer, EverythingZip zip, CancellationToken cancel)
    {
        foreach (var model in await ModelsAsync(viewer, cancel))
        {
            var folder = zip.Folder("models", model.Name);
            var versions = new List<object>();
            foreach (var version in model.Versions.OrderBy(v => v.Number))
                versions.Add(new { version.Id, version.Number, version.Name, version.CreatedAt, version.Attributes, version.EndedEarly, version.Sha256, InBinSince = version.DeletedAt, Folder = await AddAsync(viewer, zip, folder, model, version), Report = EverythingZip.Parsed(version.Report) });
            await zip.AddJsonAsync(folder, "model.json", new { model.Id, model.Name, model.AlbumId, model.CreatedAt, model.CurrentVersionId, InBinSince = model.DeletedAt, Versions = versions });
        }
    }

    /// <returns>The version's folder; null where it is left out.</returns>
    private async Task<string?> AddAsync(Viewer viewer, EverythingZip zip, string parent, Model model, ModelVersion version)
    {
        try
        {
            if (await gate.AskAsync(viewer, version.Id, "model, with everything") is null)
            {
                zip.LeaveOut($"{version.Name} of {model.Name}", "It is in the bin: put it back first.");
                return null;
            }
        }
        catch (InvalidInputException closed)
        {
            zip.LeaveOut($"{version.Name} of {model.Name}", closed.Message);
            return null;
        }
        var (folder, source) = (zip.Folder(parent, version.Name), files.Version(version));
        if (!Directory.Exists(source))
            zip.LeaveOut($"{version.Name} of {model.Name}", "Its files are missing.");
        else
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(source, f)).Where(IsOfTheModel).Order(StringComparer.Ordinal).ToList())
                await zip.AddFileAsync(string.Join('/', ((string[])[folder, .. Path.GetDirectoryName(file)!.Split(Path.DirectorySeparatorChar)]).Where(p => p.Length > 0)), Path.GetFileName(file), Path.Combine(source, file));
        return folder;
    }

    private static bool IsOfTheModel(string file) => !file.StartsWith(Previews + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !file.Contains(".partial", StringComparison.Ordinal);

    private async Task<List<Model>> ModelsAsync(Viewer viewer, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Models.IgnoreQueryFilters(Bin.Filters).AsNoTracking().ChangeableBy(viewer).Include(m => m.Versions).OrderBy(m => m.CreatedAt).ToListAsync(cancel);
    }
}

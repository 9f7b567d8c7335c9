using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Admin;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Admin;

/// <summary>The built-in base and the imported ones.</summary>
internal sealed class BaseCatalogue(IDbContextFactory<StudioDb> databases, DataFolders folders) : IBaseCatalogue
{
    public async Task<IReadOnlyList<BaseEntry>> ListAsync()
    {
        var own = BaseFolder.Open(BaseFolder.BuiltIn).Description;
        await using var db = await databases.CreateDbContextAsync();
        var imported = await db.BaseModels.AsNoTracking().OrderBy(b => b.Name).ToListAsync();
        return [new(null, "Built-in faces", own.Generator.ImgResolution, own.Licence ?? ""), .. imported.Select(b => new BaseEntry(b.Id, b.Name, b.Resolution, b.Licence))];
    }

    /// <summary>Folder of a base; null names the built-in one.</summary>
    /// <exception cref="InvalidInputException">The base was deleted.</exception>
    public async Task<string> FolderOfAsync(Guid? id)
    {
        if (id is not { } wanted)
            return BaseFolder.BuiltIn;
        await using var db = await databases.CreateDbContextAsync();
        return await db.BaseModels.AnyAsync(b => b.Id == wanted) ? Folder(wanted) : throw new InvalidInputException("The base model this was asked for with does not exist any more: choose another.");
    }

    /// <summary>Where an imported base lies.</summary>
    public string Folder(Guid id) => folders.Base(id);
}

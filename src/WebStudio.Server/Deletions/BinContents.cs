using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Deletions;

/// <summary>Which rows and folders belong to something that is deleted.</summary>
/// <param name="Albums">Albums.</param>
/// <param name="Models">Models, those that were deleted before it too.</param>
/// <param name="Versions">Their versions.</param>
/// <param name="Jobs">Their jobs.</param>
/// <param name="Creations">What was made with the versions.</param>
/// <param name="Edits">Edits kept of the versions.</param>
/// <param name="Folders">Where all of this lies; a folder may lie within another.</param>
internal sealed record Contents(List<Guid> Albums, List<Guid> Models, List<Guid> Versions, List<Guid> Jobs, List<Guid> Creations, List<Guid> Edits, List<string> Folders);

/// <summary>Finds what belongs to something deleted, whether it is in the bin itself or not.</summary>
internal sealed class BinContents(DataFolders folders)
{
    public async Task<Contents> FindAsync(StudioDb db, Deletion deletion)
    {
        var owner = deletion.OwnerId;
        var everything = deletion.Kind == DeletionKind.Account;
        var albums = deletion.Kind == DeletionKind.Album ? [deletion.SubjectId] : everything ? await db.Albums.IgnoreQueryFilters(Bin.Filters).Where(a => a.OwnerId == owner).Select(a => a.Id).ToListAsync() : [];
        var models = await db.Models.IgnoreQueryFilters(Bin.Filters).Where(m => deletion.Kind == DeletionKind.Model ? m.Id == deletion.SubjectId : albums.Contains(m.AlbumId)).ToListAsync();
        var modelIds = models.ConvertAll(m => m.Id);
        var versions = await db.Versions.IgnoreQueryFilters(Bin.Filters).Where(v => deletion.Kind == DeletionKind.Version ? v.Id == deletion.SubjectId : modelIds.Contains(v.ModelId)).ToListAsync();
        var versionIds = versions.ConvertAll(v => v.Id);
        var jobs = await db.Jobs.IgnoreQueryFilters(Bin.Filters).Where(j => modelIds.Contains(j.ModelId) || (j.VersionId != null && versionIds.Contains(j.VersionId.Value))).ToListAsync();
        var creations = await db.Creations.IgnoreQueryFilters(Bin.Filters).Where(c => versionIds.Contains(c.VersionId) || (everything && c.OwnerId == owner)).ToListAsync();
        var edits = await db.SavedEdits.IgnoreQueryFilters(Bin.Filters).Where(e => versionIds.Contains(e.VersionId) || (everything && e.OwnerId == owner)).ToListAsync();
        return new(albums, modelIds, versionIds, jobs.ConvertAll(j => j.Id), creations.ConvertAll(c => c.Id), edits.ConvertAll(e => e.Id),
        [
            .. albums.Select(a => folders.Album(owner, a)),
            .. models.Select(m => folders.Model(m.OwnerId, m.Id)),
            .. versions.Select(v => folders.Version(v.OwnerId, v.ModelId, v.Id)),
            .. jobs.Select(j => folders.Job(j.OwnerId, j.Id)),
            .. creations.Select(c => folders.Creation(c.OwnerId, c.Id)),
            .. edits.Select(e => folders.Edit(e.OwnerId, e.Id)),
            .. everything ? [folders.User(owner)] : (string[])[],
        ]);
    }

    /// <summary>What the folders hold.</summary>
    public static (int Files, long Bytes) Measure(Contents contents)
    {
        var files = contents.Folders.Where(Directory.Exists).SelectMany(f => new DirectoryInfo(f).EnumerateFiles("*", SearchOption.AllDirectories)).DistinctBy(f => f.FullName).ToList();
        return (files.Count, files.Sum(f => f.Length));
    }
}

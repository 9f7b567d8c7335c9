using Microsoft.EntityFrameworkCore;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Storage;

/// <summary>What the rows of one state of the database own in the data folder; full paths.</summary>
/// <param name="Folders">Folders that belong to a row.</param>
/// <param name="Models">Those of models: what lies in them belongs to a version.</param>
/// <param name="Named">Files without which a row is worth nothing.</param>
/// <param name="Remade">Files that a row counts on and that can be made again from the others.</param>
/// <param name="Photos">Photos of every album by the folder they lie in, as the names of their files begin.</param>
internal sealed record RowBelongings(HashSet<string> Folders, HashSet<string> Models, HashSet<string> Named, HashSet<string> Remade, Dictionary<string, HashSet<string>> Photos)
{
    /// <summary>Whether a file belongs to a row.</summary>
    public bool Own(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
            if (Photos.TryGetValue(folder, out var photos))
                return photos.Contains(Path.GetFileName(file).Split('.')[0]);
            else if (Folders.Contains(folder))
                return !Models.Contains(folder);
        return false;
    }
}

/// <summary>
/// Knows which files belong to which rows, for the sweep at the start and for back-ups. Files are written before the row that names them and erased after it: while a row is there, its files are.
/// </summary>
internal sealed class RowFiles(DataFolders folders)
{
    /// <summary>Reads the rows; what is in the bin counts.</summary>
    public RowBelongings Read(StudioDb db)
    {
        var albums = db.Albums.IgnoreQueryFilters(Bin.Filters).Select(a => new { a.Id, a.OwnerId }).ToList();
        var photos = db.Photos.IgnoreQueryFilters(Bin.Filters).Select(p => new { p.Id, p.AlbumId, p.Album!.OwnerId, p.IsAnalysed }).ToList()
            .ConvertAll(p => (Place: PhotoPlace.Of(folders, p.OwnerId, p.AlbumId, p.Id), p.IsAnalysed));
        var models = db.Models.IgnoreQueryFilters(Bin.Filters).Select(m => new { m.Id, m.OwnerId }).ToList().ConvertAll(m => folders.Model(m.OwnerId, m.Id));
        var versions = db.Versions.IgnoreQueryFilters(Bin.Filters).Select(v => new { v.Id, v.ModelId, v.OwnerId }).ToList().ConvertAll(v => folders.Version(v.OwnerId, v.ModelId, v.Id));
        var jobs = db.Jobs.IgnoreQueryFilters(Bin.Filters).Select(j => new { j.Id, j.OwnerId }).ToList();
        var creations = db.Creations.IgnoreQueryFilters(Bin.Filters).Select(c => new { c.Id, c.OwnerId }).ToList();
        var edits = db.SavedEdits.IgnoreQueryFilters(Bin.Filters).Select(e => new { e.Id, e.OwnerId }).ToList();
        var bases = db.BaseModels.Select(b => b.Id).ToList().ConvertAll(folders.Base);
        var byAlbum = albums.ToDictionary(a => PhotoPlace.FolderOf(folders, a.OwnerId, a.Id), _ => new HashSet<string>());
        foreach (var (place, _) in photos)
            if (byAlbum.TryGetValue(place.Folder, out var names)) // the album may have been made between the two reads
                names.Add(place.PhotoId.ToString("N"));
        return new(
        [
            .. albums.Select(a => folders.Album(a.OwnerId, a.Id)),
            .. models,
            .. versions,
            .. jobs.Select(j => folders.Job(j.OwnerId, j.Id)),
            .. creations.Select(c => folders.Creation(c.OwnerId, c.Id)),
            .. edits.Select(e => folders.Edit(e.OwnerId, e.Id)),
            .. bases,
        ],
        [.. models],
        [
            .. photos.SelectMany(p => (string[])[p.Place.Photo, p.Place.Thumb]),
            .. versions.Concat(bases).Select(folder => Path.Combine(folder, BaseFolder.GeneratorFile)),
        ],
        [.. photos.Where(p => p.IsAnalysed).Select(p => p.Place.Analysis)],
        byAlbum);
    }
}

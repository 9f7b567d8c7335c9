using System.Text;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Server.Verbs.Albums;

/// <summary>What curating leaves behind: album.json and the aligned faces in crops/. Curating again replaces both, and touches nothing else in the folder.</summary>
internal static class CuratedFolder
{
    private const string ListFile = "album.json", CropsFolder = "crops";

    /// <summary>Refuses a folder whose crops/ is somebody's own; asked before the work, not after it.</summary>
    public static void RefuseForeign(string folder, string album)
    {
        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(album)))
            throw new UsageException("--out names the album itself; name another folder.");
        var crops = Path.Combine(folder, CropsFolder);
        if (!File.Exists(Path.Combine(folder, ListFile)) && Directory.Exists(crops) && Directory.EnumerateFileSystemEntries(crops).Any())
            throw new InvalidInputException($"{crops} exists and was not made by album curate: name another folder.");
    }

    /// <summary>Names of the crops, one for every photo in use: the photo's own with .png, numbered where two photos differ in their ending alone.</summary>
    public static IReadOnlyDictionary<string, string> NameCrops(Album album)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new Dictionary<string, string>();
        foreach (var photo in album.Used)
        {
            var stem = Path.GetFileNameWithoutExtension(photo.Name);
            var name = $"{stem}.png";
            for (var n = 2; !taken.Add(name); n++)
                name = $"{stem}-{n}.png";
            names[photo.Name] = $"{CropsFolder}/{name}";
        }
        return names;
    }

    /// <summary>Writes crops and list.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="album">The decisions, with their aligned faces.</param>
    /// <param name="crops">From <see cref="NameCrops"/>.</param>
    /// <param name="list">The text of album.json.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public static void Write(string folder, Album album, IReadOnlyDictionary<string, string> crops, string list)
    {
        var place = Path.Combine(folder, CropsFolder);
        try
        {
            if (Directory.Exists(place))
                Directory.Delete(place, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{place} cannot be replaced: {e.Message}", e);
        }
        AtomicFolder.Write(place, beside =>
        {
            foreach (var photo in album.Used)
                ImageFile.Write(Path.Combine(beside, Path.GetFileName(crops[photo.Name])), photo.Aligned!.Image);
        });
        AtomicFile.Write(Path.Combine(folder, ListFile), stream => stream.Write(Encoding.UTF8.GetBytes(list)));
    }
}

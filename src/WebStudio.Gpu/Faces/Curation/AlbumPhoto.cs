using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A photo of an album: its name there, unique, and how to read it.</summary>
/// <param name="Name">File name, as decisions and overrides call it.</param>
/// <param name="Read">Reads the picture; throws <see cref="InvalidInputException"/> when it cannot be used. May be called twice.</param>
public sealed record AlbumPhoto(string Name, Func<RgbImage> Read)
{
    /// <summary>
    /// Every file of a folder in the order of names, whatever its type (what is no picture is reported as unreadable); left out are hidden files and JSON files, where
    /// overrides lie.
    /// </summary>
    /// <exception cref="InvalidInputException">The folder does not exist, cannot be read, or holds no file.</exception>
    public static IReadOnlyList<AlbumPhoto> FromFolder(string folder, ImageLimits? limits = null)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException(File.Exists(folder) ? $"{folder} is a file; an album is a folder of photos." : $"The album {folder} does not exist.");
        try
        {
            var photos = Directory.EnumerateFiles(folder)
                .Where(f => Path.GetFileName(f) is var name && !name.StartsWith('.') && !name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(f => new AlbumPhoto(Path.GetFileName(f), () => ImageFile.Read(f, limits)))
                .ToArray();
            return photos.Length > 0 ? photos : throw new InvalidInputException($"The album {folder} holds no files; JPEG, PNG, WebP, GIF and BMP photos are accepted.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The album {folder} cannot be read: {e.Message}", e);
        }
    }
}

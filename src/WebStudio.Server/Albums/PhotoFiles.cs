using System.Text.Json;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>Files of an album: photos as stored, thumbnails, faces cut out, and what was found in each photo.</summary>
internal sealed class PhotoFiles(DataFolders folders)
{
    private const int ThumbSide = 360, ThumbQuality = 82;

    public string Original(Album album, Photo photo) => Place(album, "photos", $"{photo.Id:N}{(photo.ContentType == "image/png" ? ".png" : ".jpg")}");

    public string Thumb(Album album, Guid photo) => Place(album, "thumbs", $"{photo:N}.webp");

    public string Face(Album album, Guid photo) => Place(album, "faces", $"{photo:N}.webp");

    /// <summary>Where an upload is written until it is complete.</summary>
    public string NewUpload(Album album)
    {
        var folder = Path.Combine(folders.Album(album.OwnerId, album.Id), "uploads");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, Guid.NewGuid().ToString("N"));
    }

    public void WriteThumb(Album album, Guid photo, RgbImage image)
    {
        var scale = Math.Min(1, ThumbSide / (double)Math.Max(image.Width, image.Height));
        ImageFile.Write(Thumb(album, photo), image.Resize(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale))), ThumbQuality);
    }

    public void WriteAnalysis(Album album, Guid photo, PhotoAnalysis analysis) =>
        AtomicFile.Write(Analysis(album, photo), stream => JsonSerializer.Serialize(stream, analysis));

    /// <summary>What was found in a photo; null when nobody looked yet or the file is gone.</summary>
    public PhotoAnalysis? ReadAnalysis(Album album, Guid photo)
    {
        try
        {
            return JsonSerializer.Deserialize<PhotoAnalysis>(File.ReadAllBytes(Analysis(album, photo)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null; // analysed again
        }
    }

    public void Delete(Album album, Photo photo)
    {
        foreach (var file in (string[])[Original(album, photo), Thumb(album, photo.Id), Face(album, photo.Id), Analysis(album, photo.Id)])
            File.Delete(file);
    }

    public void DeleteAlbum(Album album)
    {
        var folder = folders.Album(album.OwnerId, album.Id);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private string Analysis(Album album, Guid photo) => Place(album, "analyses", $"{photo:N}.json");

    private string Place(Album album, string kind, string name)
    {
        var folder = Path.Combine(folders.Album(album.OwnerId, album.Id), kind);
        Directory.CreateDirectory(folder); // File.Delete wants it too
        return Path.Combine(folder, name);
    }
}

using System.Globalization;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>Where the files of one photo lie.</summary>
internal readonly record struct PhotoPlace(string Folder, Guid PhotoId)
{
    private const string ThumbEnding = "thumb.webp";

    public static PhotoPlace Of(DataFolders folders, string ownerId, Guid albumId, Guid photoId) => new(FolderOf(folders, ownerId, albumId), photoId);

    public static string FolderOf(DataFolders folders, string ownerId, Guid albumId) => Path.Combine(folders.Album(ownerId, albumId), "photos");

    /// <summary>The photo as it was taken in: JPEG, PNG or WebP, as the row says.</summary>
    public string Photo => At("photo");

    /// <summary>A small picture, WebP.</summary>
    public string Thumb => At(ThumbEnding);

    /// <summary>What was seen in it (Gpu.Faces.Curation.PhotoAnalysisJson).</summary>
    public string Analysis => At("analysis.json");

    /// <summary>The person's face cut out, WebP.</summary>
    /// <param name="cut">Tells one cut-out from another.</param>
    public string Face(string cut) => At($"face-{cut}.webp");

    /// <summary>The photo of a small picture; null for other files.</summary>
    public static PhotoPlace? OfThumb(string path) =>
        Path.GetFileName(path).Split('.', 2) is [var id, ThumbEnding] && Guid.TryParseExact(id, "N", out var photo) ? new(Path.GetDirectoryName(path)!, photo) : null;

    /// <summary>Whether a file is such a cut-out, which is made again when it is asked for.</summary>
    public static bool IsFace(string fileName) => fileName.Contains(".face-", StringComparison.Ordinal);

    /// <summary>Removes all of them.</summary>
    public void Delete() => Delete("*");

    /// <summary>Removes all cut-outs.</summary>
    public void DeleteFaces() => Delete("face-*");

    private void Delete(string pattern)
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (var file in Directory.EnumerateFiles(Folder, At(pattern, "")))
            File.Delete(file);
    }

    private string At(string ending) => At(ending, Folder);

    private string At(string ending, string folder) => Path.Combine(folder, $"{PhotoId.ToString("N", CultureInfo.InvariantCulture)}.{ending}");
}

using System.Formats.Tar;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>A file with a picture in it.</summary>
/// <param name="Name">Its name, without folders.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="Identity">Who is shown; null where nothing is known of it.</param>
/// <param name="HeldOut">It is kept for measuring: nothing may be learnt from it.</param>
internal sealed record SourcePicture(string Name, byte[] Bytes, string? Identity, bool HeldOut);

/// <summary>
/// Pictures of a folder (with the folders below it) or a tar archive. A file index.csv beside them (columns <c>file</c>, <c>identity</c>, <c>held_out</c>) may say which are kept for measuring
/// and who is shown; without <c>held_out</c> columns in any index, every 25th picture by name is kept.
/// </summary>
public sealed class PictureSource
{
    private const int KeptWithoutIndex = 25;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    private readonly string _path;
    private readonly bool _isFolder;

    /// <summary>Names a source; it is read later.</summary>
    /// <exception cref="InvalidInputException">There is neither such a folder nor such a file.</exception>
    public PictureSource(string path)
    {
        (_path, _isFolder) = (path, Directory.Exists(path));
        if (!_isFolder && !File.Exists(path))
            throw new InvalidInputException($"{path} is not there; a folder of pictures or a tar archive of them is expected.");
    }

    /// <summary>All pictures of several sources, each source sorted by name.</summary>
    /// <exception cref="InvalidInputException">A source cannot be read or holds no picture.</exception>
    internal static IReadOnlyList<SourcePicture> ReadAll(IEnumerable<PictureSource> sources)
    {
        var read = sources.Select(source => source.Read()).ToList();
        // A source that names its test pictures speaks for those beside it: a second one is then for learning only.
        var named = read.Exists(source => source.Kept is not null);
        return [.. read.SelectMany(source => source.Pictures.Select((picture, i) => picture with { HeldOut = source.Kept?.Contains(picture.Name) ?? (!named && i % KeptWithoutIndex == KeptWithoutIndex - 1) }))];
    }

    private (List<SourcePicture> Pictures, IReadOnlySet<string>? Kept) Read()
    {
        try
        {
            var files = (_isFolder ? Folder() : Tar()).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
            var index = files.Find(f => f.Name == PictureIndex.FileName) is { Bytes: { } csv } ? PictureIndex.Parse(csv) : null;
            var pictures = files.FindAll(f => Extensions.Contains(Path.GetExtension(f.Name), StringComparer.OrdinalIgnoreCase));
            if (pictures.Count == 0)
                throw new InvalidInputException($"{_path} holds no picture; {string.Join(", ", Extensions)} are read.");
            return (pictures.ConvertAll(p => new SourcePicture(p.Name, p.Bytes, index?.Identities.GetValueOrDefault(p.Name), false)), index?.Kept(pictures.Select(p => p.Name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            throw new InvalidInputException($"{_path} cannot be read as a {(_isFolder ? "folder" : "tar archive")} of pictures: {e.Message}", e);
        }
    }

    private IEnumerable<(string Name, byte[] Bytes)> Folder() =>
        Directory.EnumerateFiles(_path, "*", SearchOption.AllDirectories).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)));

    private IEnumerable<(string Name, byte[] Bytes)> Tar()
    {
        using var stream = File.OpenRead(_path);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is null)
                continue;
            using var copy = new MemoryStream();
            entry.DataStream.CopyTo(copy);
            yield return (Path.GetFileName(entry.Name), copy.ToArray());
        }
    }
}

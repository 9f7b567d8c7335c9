using System.Formats.Tar;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// Pictures of a folder (with the folders below it) or a tar archive. A file index.csv beside them, in any of its folders (columns <c>file</c>, from that folder on, <c>identity</c>, <c>held_out</c>) may say which are kept
/// for measuring and who is shown; without <c>held_out</c> columns in any index, every 25th picture by name is kept.
/// </summary>
public sealed class PictureSource
{
    private const int KeptWithoutIndex = 25;
    private const long MostIndexBytes = 256 << 20;
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

    /// <summary>True for a folder within this one, or itself: what is written there would be read as pictures.</summary>
    public bool Holds(string folder) =>
        _isFolder && Path.GetRelativePath(Path.GetFullPath(_path), Path.GetFullPath(folder)) is var way && way != ".." && !way.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !Path.IsPathRooted(way);

    private (List<SourcePicture> Pictures, IReadOnlySet<string>? Kept) Read()
    {
        try
        {
            var files = (_isFolder ? Folder() : Tar()).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
            var pictures = files.FindAll(f => Extensions.Contains(Path.GetExtension(f.Name), StringComparer.OrdinalIgnoreCase));
            if (pictures.Count == 0)
                throw new InvalidInputException($"{_path} holds no picture; {string.Join(", ", Extensions)} are read.");
            var index = PictureIndex.Join(files.Where(f => Path.GetFileName(f.Name) == PictureIndex.FileName).Select(f => PictureIndex.Parse(f.Read(MostIndexBytes), f.Name[..^PictureIndex.FileName.Length])));
            return (pictures.ConvertAll(p => p with { Identity = index.Identities.GetValueOrDefault(p.Name) }), index.Kept(pictures.Select(p => p.Name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            throw new InvalidInputException($"{_path} cannot be read as a {(_isFolder ? "folder" : "tar archive")} of pictures: {e.Message}", e);
        }
    }

    private IEnumerable<SourcePicture> Folder() =>
        new DirectoryInfo(_path).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => new SourcePicture(Path.GetRelativePath(_path, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.FullName, 0, file.Length));

    private IEnumerable<SourcePicture> Tar()
    {
        using var stream = File.OpenRead(_path);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                yield return new(entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name, _path, entry.DataOffset, entry.Length);
    }
}

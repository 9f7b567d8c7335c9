using System.Formats.Tar;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>A file with a picture in it.</summary>
/// <param name="Name">Its name, without folders.</param>
/// <param name="Bytes">Its content.</param>
public readonly record struct PictureBytes(string Name, byte[] Bytes);

/// <summary>
/// Pictures of a folder (with the folders below it) or a tar archive. A file index.csv beside them may say in a column <c>held_out</c> which are kept for measuring (1) and in <c>identity</c>
/// who is shown; without one every 25th picture by name is kept.
/// </summary>
public sealed class PictureSource
{
    private const string IndexFile = "index.csv";
    private const int KeptWithoutIndex = 25;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    private readonly string _path;
    private readonly bool _isFolder;

    /// <summary>Names a source; it is read by <see cref="Read"/>.</summary>
    /// <exception cref="InvalidInputException">There is neither such a folder nor such a file.</exception>
    public PictureSource(string path)
    {
        (_path, _isFolder) = (path, Directory.Exists(path));
        if (!_isFolder && !File.Exists(path))
            throw new InvalidInputException($"{path} is not there; a folder of pictures or a tar archive of them is expected.");
    }

    /// <summary>All pictures, sorted by name, with whether each is held out.</summary>
    /// <exception cref="InvalidInputException">The source cannot be read or holds no picture.</exception>
    public IReadOnlyList<(PictureBytes Picture, bool HeldOut)> Read()
    {
        try
        {
            var files = (_isFolder ? Folder() : Tar()).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
            var pictures = files.FindAll(f => Extensions.Contains(Path.GetExtension(f.Name), StringComparer.OrdinalIgnoreCase));
            if (pictures.Count == 0)
                throw new InvalidInputException($"{_path} holds no picture; {string.Join(", ", Extensions)} are read.");
            var kept = files.Find(f => f.Name == IndexFile) is { Bytes: { } index } ? HeldOut(index) : null;
            return [.. pictures.Select((p, i) => (p, kept?.Contains(p.Name) ?? i % KeptWithoutIndex == KeptWithoutIndex - 1))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            throw new InvalidInputException($"{_path} cannot be read as a {(_isFolder ? "folder" : "tar archive")} of pictures: {e.Message}", e);
        }
    }

    private IEnumerable<PictureBytes> Folder() =>
        Directory.EnumerateFiles(_path, "*", SearchOption.AllDirectories).Select(file => new PictureBytes(Path.GetFileName(file), File.ReadAllBytes(file)));

    private IEnumerable<PictureBytes> Tar()
    {
        using var stream = File.OpenRead(_path);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is null)
                continue;
            using var copy = new MemoryStream();
            entry.DataStream.CopyTo(copy);
            yield return new(Path.GetFileName(entry.Name), copy.ToArray());
        }
    }

    /// <summary>Names of the pictures that an index marks; empty where it has no such column.</summary>
    private static HashSet<string> HeldOut(byte[] index)
    {
        var lines = System.Text.Encoding.UTF8.GetString(index).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var columns = lines.Length == 0 ? [] : lines[0].Split(',');
        var (file, mark) = (Array.IndexOf(columns, "file"), Array.IndexOf(columns, "held_out"));
        return file < 0 || mark < 0 ? [] : [.. lines.Skip(1).Select(line => line.Split(',')).Where(row => row.Length > Math.Max(file, mark) && row[mark] == "1").Select(row => row[file])];
    }
}

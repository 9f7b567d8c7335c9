using WebStudio.Gpu;
using WebStudio.Server.Albums;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Backups;

/// <summary>The files of a back-up in the making. What an earlier back-up has unchanged becomes a second name of the file there.</summary>
/// <param name="folders">The data folder.</param>
/// <param name="place">Where the files go.</param>
/// <param name="earlier">Where the files of an earlier back-up lie, and its manifest; null copies everything.</param>
/// <param name="taken">Told of every file.</param>
internal sealed class BackupDraft(DataFolders folders, string place, (string Folder, BackupManifest Manifest)? earlier, IProgress<int>? taken)
{
    private readonly Dictionary<string, BackupFile> _earlier = earlier?.Manifest.Files.ToDictionary(f => f.Path) ?? [];
    private readonly Dictionary<string, BackupFile> _files = [];
    private readonly HashSet<string> _linked = [];
    private HashSet<string> _seen = [];

    /// <summary>The database's copy in the back-up.</summary>
    public string Database => Path.Combine(place, Path.GetRelativePath(folders.Root, folders.Database));

    public IReadOnlyCollection<BackupFile> Files => _files.Values;

    /// <summary>Files that were copied.</summary>
    public IEnumerable<BackupFile> Copied => _files.Values.Where(f => !_linked.Contains(f.Path));

    /// <summary>Whether a file of the data folder is in the back-up; its full path.</summary>
    public bool Has(string file) => _files.ContainsKey(Path.GetRelativePath(folders.Root, file));

    /// <summary>Takes what is new or changed since the last call. What has vanished meanwhile stays in the back-up.</summary>
    public void TakeFiles(CancellationToken stop)
    {
        HashSet<string> seen = [];
        foreach (var source in Find())
        {
            stop.ThrowIfCancellationRequested();
            var path = Path.GetRelativePath(folders.Root, source);
            try
            {
                Take(source, path, stop);
                seen.Add(path);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !File.Exists(source))
            {
                // Erased between being found and being opened; whether a row misses it is asked afterwards.
            }
        }
        _seen = seen;
    }

    /// <summary>Adds the database, once its last copy is made.</summary>
    public void TakeDatabase(CancellationToken stop)
    {
        using var file = HashedFile.Open(Database);
        var path = Path.GetRelativePath(place, Database);
        _files[path] = new(path, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file), HashedFile.Hash(Database, file, stop));
    }

    /// <summary>Drops what was erased while the back-up was made and belongs to no row of its database.</summary>
    public void DropErased(RowBelongings belongings)
    {
        foreach (var path in _files.Keys.Where(p => !_seen.Contains(p) && !belongings.Own(Path.Combine(folders.Root, p))).ToList())
        {
            File.Delete(Path.Combine(place, path));
            _files.Remove(path);
        }
    }

    private List<string> Find()
    {
        try
        {
            EnumerationOptions top = new() { IgnoreInaccessible = false }, all = new() { IgnoreInaccessible = false, RecurseSubdirectories = true };
            var below = Directory.EnumerateDirectories(folders.Root, "*", top).Where(d => Path.GetFileName(d) != DataFolders.LostAndFound).SelectMany(d => Directory.EnumerateFiles(d, "*", all));
            return [.. Directory.EnumerateFiles(folders.Root, "*", top).Concat(below).Where(IsWanted)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The data folder cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Half-written files and folders begin with a dot and are passed over by the walk already.</summary>
    private bool IsWanted(string file) =>
        !file.StartsWith(folders.Database, StringComparison.Ordinal) && !file.StartsWith(folders.Copies + Path.DirectorySeparatorChar, StringComparison.Ordinal) && file != folders.Speed && !PhotoPlace.IsFace(Path.GetFileName(file));

    private void Take(string source, string path, CancellationToken stop)
    {
        using var file = HashedFile.Open(source);
        var (bytes, modified, target) = (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file), Path.Combine(place, path));
        if (_files.TryGetValue(path, out var has) && Same(has))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Delete(target); // never written into: it may be a name of an earlier back-up's file
        if (_earlier.TryGetValue(path, out var before) && Same(before) && IsWhole(Path.Combine(earlier!.Value.Folder, path), bytes) && Libc.TryLink(Path.Combine(earlier.Value.Folder, path), target))
        {
            _files[path] = before;
            _linked.Add(path);
        }
        else
        {
            _files[path] = new(path, bytes, modified, HashedFile.Copy(source, file, target, stop));
            _linked.Remove(path);
        }
        taken?.Report(_files.Count);

        bool Same(BackupFile known) => known.Bytes == bytes && known.Modified == modified;
    }

    private static bool IsWhole(string file, long bytes) => new FileInfo(file) is { Exists: true } found && found.Length == bytes;
}

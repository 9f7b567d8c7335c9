using System.Collections.Concurrent;

namespace WebStudio.Server.Storage;

/// <summary>
/// What a user takes up on the disk, whatever it is: originals, derivatives, checkpoints, versions, results, and what is in the bin. Walking all of it for every photo of an upload
/// would be slow, so what was taken in since the last walk is added to it.
/// </summary>
internal sealed class StorageMeter(DataFolders folders, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly ConcurrentDictionary<string, (long Bytes, DateTimeOffset At)> _known = new();

    /// <summary>Bytes, walked for now.</summary>
    public long Measure(string userId)
    {
        var bytes = Files(userId).Sum(f => f.Bytes);
        _known[userId] = (bytes, time.GetUtcNow());
        return bytes;
    }

    /// <summary>Every file of a user that is whole.</summary>
    public IEnumerable<(string Path, long Bytes)> Files(string userId)
    {
        var root = new DirectoryInfo(folders.User(userId));
        return root.Exists ? root.EnumerateFiles("*", Everything).Where(f => f.Extension != ".partial").Select(f => (f.FullName, LengthOf(f))) : [];
    }

    /// <summary>Bytes as walked within the last minute, with what was added since.</summary>
    public long Estimate(string userId) => _known.TryGetValue(userId, out var known) && time.GetUtcNow() - known.At < Fresh ? known.Bytes : Measure(userId);

    /// <summary>Counts what is about to be written until the next walk finds it.</summary>
    public void Add(string userId, long bytes) => _known.AddOrUpdate(userId, _ => (bytes, DateTimeOffset.MinValue), (_, known) => (known.Bytes + bytes, known.At));

    /// <summary>Bytes that may still be written to the disk under the data folder.</summary>
    public long Free() => new DriveInfo(folders.Root).AvailableFreeSpace;

    /// <summary>A file may be renamed or erased while the folders are walked.</summary>
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}

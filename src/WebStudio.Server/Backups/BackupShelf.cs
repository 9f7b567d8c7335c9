using System.Globalization;
using WebStudio.Gpu;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Backups;

/// <summary>A folder that back-ups lie in, each in a folder of its own named by its time.</summary>
/// <param name="folder">The folder.</param>
internal sealed class BackupShelf(string folder)
{
    private const string Prefix = "webstudio-", Time = "yyyy-MM-dd'T'HH-mm-ss-fff'Z'", Half = ".partial";

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The newest complete back-up; null where there is none.</summary>
    public string? Newest => List().FirstOrDefault();

    /// <summary>Complete back-ups, the newest first.</summary>
    public IReadOnlyList<string> List() => !Directory.Exists(Folder) ? [] :
        [.. Directory.EnumerateDirectories(Folder, $"{Prefix}*").Where(b => MadeAt(b) is not null && File.Exists(Path.Combine(b, BackupManifest.FileName))).OrderDescending(StringComparer.Ordinal)];

    /// <summary>When a back-up was made, by its name; null for what is none.</summary>
    public static DateTimeOffset? MadeAt(string backup) =>
        DateTimeOffset.TryParseExact(Path.GetFileName(backup), $"'{Prefix}'{Time}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var made) ? made : null;

    /// <summary>Where a back-up of a moment lies.</summary>
    public string Place(DateTimeOffset made) => Path.Combine(Folder, Prefix + made.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture));

    /// <summary>Keeps other back-ups out until it is disposed.</summary>
    /// <exception cref="InvalidInputException">Somebody else is at work in the folder, or it cannot be written to.</exception>
    public IDisposable Lock() => FolderLock.Take(Folder, $"Another back-up is being made in {Folder}: wait until it has ended.");

    /// <summary>Removes what a back-up that was killed left; only under the lock.</summary>
    public void RemoveLeftovers()
    {
        foreach (var half in Directory.EnumerateDirectories(Folder, $".{Prefix}*{Half}").ToList())
            Directory.Delete(half, recursive: true);
    }

    /// <summary>Removes the oldest back-ups; only under the lock.</summary>
    /// <param name="keep">How many of the newest stay.</param>
    /// <returns>How many were removed.</returns>
    public int Prune(int keep)
    {
        var old = List().Skip(keep).ToList();
        foreach (var backup in old)
        {
            // Under a name that is none of a back-up first: what is half removed must not look complete.
            var half = Path.Combine(Folder, $".{Path.GetFileName(backup)}{Half}");
            Directory.Move(backup, half);
            Directory.Delete(half, recursive: true);
        }
        return old.Count;
    }
}

using WebStudio.Gpu;

namespace WebStudio.Server.Backups;

/// <summary>Reads every byte of a back-up and compares it with the manifest.</summary>
internal static class BackupCheck
{
    private const int MostTold = 20;

    /// <summary>Checks a back-up.</summary>
    /// <param name="folder">The back-up.</param>
    /// <param name="read">Told how many files were read.</param>
    /// <param name="stop">Breaks off.</param>
    /// <returns>Its manifest.</returns>
    /// <exception cref="InvalidInputException">It is not complete or damaged; the message names the files.</exception>
    public static BackupManifest Verify(string folder, IProgress<(string Stage, int Done, int Total)>? read, CancellationToken stop)
    {
        var manifest = BackupManifest.Read(folder);
        List<string> damages = [];
        var done = 0;
        foreach (var file in manifest.Files)
        {
            stop.ThrowIfCancellationRequested();
            if (DamageOf(Path.Combine(folder, BackupManifest.Data, file.Path), file, stop) is { } damage)
                damages.Add($"  {file.Path} {damage}");
            read?.Report(("verifying", ++done, manifest.Files.Count));
        }
        if (damages.Count == 0)
            return manifest;
        var more = damages.Count > MostTold ? $"\n  and {damages.Count - MostTold} more" : "";
        throw new InvalidInputException($"{folder} is damaged, {damages.Count} of {manifest.Files.Count} files:\n{string.Join('\n', damages.Take(MostTold))}{more}\nTake another back-up; later ones may share these files, so make a new one with --full.");
    }

    private static string? DamageOf(string path, BackupFile file, CancellationToken stop)
    {
        try
        {
            using var handle = HashedFile.Open(path);
            return RandomAccess.GetLength(handle) is var bytes && bytes != file.Bytes ? $"has {bytes} bytes instead of {file.Bytes}"
                : HashedFile.Hash(path, handle, stop) != file.Sha256 ? "was changed: its SHA-256 is another"
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "is missing";
        }
        catch (InvalidInputException e)
        {
            return $"cannot be read: {e.InnerException!.Message}";
        }
    }
}

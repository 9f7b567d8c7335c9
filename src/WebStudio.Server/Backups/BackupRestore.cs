using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Backups;

/// <summary>Makes a data folder of a back-up: whole, or not at all.</summary>
internal static class BackupRestore
{
    /// <summary>Restores a back-up.</summary>
    /// <param name="backup">The back-up.</param>
    /// <param name="data">The data folder to be: not there yet, or empty.</param>
    /// <param name="done">Told how many files were read or copied.</param>
    /// <param name="stop">Breaks off; nothing is left of it then.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="InvalidInputException">The back-up is damaged or the folder cannot be used; nothing was changed.</exception>
    public static BackupManifest Restore(string backup, string data, IProgress<(string Stage, int Done, int Total)>? done, CancellationToken stop)
    {
        if (File.Exists(data) || (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any(e => Path.GetFileName(e) is not (FolderLock.FileName or DataFolders.RestoringFolder or DataFolders.LostAndFound))))
            throw new InvalidInputException($"{data} is not empty: a back-up is restored into a folder that is empty or not there yet. Nothing was changed.");
        var manifest = BackupCheck.Verify(backup, done, stop);
        try
        {
            if (Directory.Exists(data))
                Fill(data, within => Copy(backup, manifest, within, done, stop));
            else
                AtomicFolder.Write(data, beside =>
                {
                    File.SetUnixFileMode(beside, DataFolders.Private);
                    Copy(backup, manifest, beside, done, stop);
                });
        }
        catch (Exception e) when (DiskFull.Caused(e))
        {
            throw new InvalidInputException($"The disk of {data} is full: nothing was restored and nothing of it is left.", e);
        }
        return manifest;
    }

    /// <summary>Fills a folder that may be a mount point, or may lie where nothing else can be written: from within it, where no server starts until it is done.</summary>
    private static void Fill(string data, Action<string> copy)
    {
        var within = Path.Combine(data, DataFolders.RestoringFolder);
        Remove(within); // of one that was killed
        try
        {
            Directory.CreateDirectory(within);
            copy(within);
        }
        catch (Exception e)
        {
            Remove(within);
            if (e is IOException or UnauthorizedAccessException && !DiskFull.Caused(e))
                throw new InvalidInputException($"{data} cannot be written to: {e.Message}", e);
            throw;
        }
        foreach (var entry in Directory.GetFileSystemEntries(within))
            Directory.Move(entry, Path.Combine(data, Path.GetFileName(entry)));
        Directory.Delete(within);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static void Copy(string backup, BackupManifest manifest, string beside, IProgress<(string Stage, int Done, int Total)>? done, CancellationToken stop)
    {
        var copied = 0;
        foreach (var file in manifest.Files)
        {
            var (source, target) = (Path.Combine(backup, BackupManifest.Data, file.Path), Path.Combine(beside, file.Path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var from = HashedFile.Open(source);
            if (HashedFile.Copy(source, from, target, stop) != file.Sha256) // read twice, it may differ
                throw new InvalidInputException($"{source} was read differently a second time: its disk fails. Nothing was restored.");
            done?.Report(("copying", ++copied, manifest.Files.Count));
        }
        if (manifest.Files.Count == 0)
            return;
        using var any = File.OpenHandle(Path.Combine(beside, manifest.Files[0].Path));
        Libc.Sync(any);
    }
}

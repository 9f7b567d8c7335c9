namespace WebStudio.Gpu.Checkpoints;

/// <summary>Files that are either complete under their name or not there: written beside their place, flushed to disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file through <paramref name="write"/>; an existing file is replaced only once the new one is complete on disk.</summary>
    /// <param name="path">The file's place; missing folders are made.</param>
    /// <param name="write">Writes the content to a new, seekable, empty stream.</param>
    /// <exception cref="FileNotWrittenException">The disk is full, the folder is not writable, or the place is a folder. Nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var place = Path.GetFullPath(path);
        var beside = Path.Combine(Path.GetDirectoryName(place) ?? "/", $".{Path.GetFileName(place)}.{Guid.NewGuid():N}.partial");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(beside)!);
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, place, overwrite: true);
        }
        catch (Exception error)
        {
            Remove(beside);
            if (error is IOException or UnauthorizedAccessException)
                throw new FileNotWrittenException($"{path} cannot be written: {error.Message.Replace($" : '{beside}'", "", StringComparison.Ordinal)}", error);
            throw;
        }
    }

    private static void Remove(string beside)
    {
        try
        {
            File.Delete(beside);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder vanished or was never writable: then the partial file is not there either, and the first error is the one to tell.
        }
    }
}

namespace WebStudio.Gpu.Checkpoints;

/// <summary>Folders that are either complete under their name or not there: filled beside their place, then renamed.</summary>
public static class AtomicFolder
{
    /// <summary>Makes a folder through <paramref name="fill"/>.</summary>
    /// <param name="path">The folder's place: not there yet, or empty.</param>
    /// <param name="fill">Writes files and sub-folders below the path it is given.</param>
    /// <exception cref="InvalidInputException">The place is taken. Nothing is left behind.</exception>
    /// <exception cref="FileNotWrittenException">The disk is full, or the place is not writable. Nothing is left behind.</exception>
    public static void Write(string path, Action<string> fill)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        RefuseTaken(path, place);
        var beside = Path.Combine(Path.GetDirectoryName(place) ?? "/", $".{Path.GetFileName(place)}.{Guid.NewGuid():N}.partial");
        try
        {
            Directory.CreateDirectory(beside);
            fill(beside);
            if (Directory.Exists(place))
                Directory.Delete(place); // empty, or this fails and nothing is lost
            Directory.Move(beside, place);
        }
        catch (Exception error)
        {
            Remove(beside);
            if (error is IOException or UnauthorizedAccessException)
                throw new FileNotWrittenException($"{path} cannot be written: {error.Message}", error);
            throw;
        }
    }

    private static void RefuseTaken(string path, string place)
    {
        if (File.Exists(place))
            throw new InvalidInputException($"{path} is a file; a folder that does not exist yet is expected.");
        if (Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())
            throw new InvalidInputException($"{path} exists and is not empty: name another folder, or remove it first.");
    }

    private static void Remove(string beside)
    {
        try
        {
            Directory.Delete(beside, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It was never made, or has vanished: the first error is the one to tell.
        }
    }
}

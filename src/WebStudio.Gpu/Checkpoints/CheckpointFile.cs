namespace WebStudio.Gpu.Checkpoints;

/// <summary>Opening files that people name.</summary>
internal static class CheckpointFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="CheckpointException">It is not there, is a folder, or may not be read.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new CheckpointException($"{path} is a folder; a checkpoint file is expected.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CheckpointException(File.Exists(path) ? $"{path} cannot be opened: {error.Message}" : $"{path} does not exist.", error);
        }
    }
}

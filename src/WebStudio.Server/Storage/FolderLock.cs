using WebStudio.Gpu;

namespace WebStudio.Server.Storage;

/// <summary>One process at a time in a folder. The lock is the process's: one that is killed lets go.</summary>
internal static class FolderLock
{
    /// <summary>Stays in the folder; that it is there says nothing.</summary>
    public const string FileName = ".lock";

    /// <summary>Keeps others out until it is disposed.</summary>
    /// <param name="folder">Made where it is missing.</param>
    /// <param name="whenTaken">What to say where another process is in it.</param>
    /// <exception cref="InvalidInputException">Somebody else is at work in the folder, or it cannot be written to.</exception>
    public static IDisposable Take(string folder, string whenTaken)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder} cannot be made: {e.Message}", e);
        }
        try
        {
            return new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException e) when (e.Message.Contains("being used by another process", StringComparison.Ordinal))
        {
            throw new InvalidInputException(whenTaken, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder} cannot be written to: {e.Message}", e);
        }
    }
}

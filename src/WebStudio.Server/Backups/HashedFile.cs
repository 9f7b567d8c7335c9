using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using WebStudio.Gpu;

namespace WebStudio.Server.Backups;

/// <summary>Reads a file to its end for its SHA-256, and copies it on the way.</summary>
internal static class HashedFile
{
    private const int Piece = 80_000; // below what .NET puts among its large objects

    /// <summary>Opens a file to be read.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="DirectoryNotFoundException">Its folder is not there.</exception>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    public static SafeFileHandle Open(string path) => Read(path, () => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>SHA-256 of an open file, lower-case hexadecimal.</summary>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    public static string Hash(string path, SafeFileHandle file, CancellationToken stop) => Go(path, file, null, stop);

    /// <summary>Copies an open file with its times and rights.</summary>
    /// <returns>SHA-256 of what was copied, lower-case hexadecimal.</returns>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Copy(string path, SafeFileHandle file, string to, CancellationToken stop)
    {
        var modified = File.GetLastWriteTimeUtc(file);
        using var target = new FileStream(to, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, UnixCreateMode = File.GetUnixFileMode(file) });
        var hash = Go(path, file, target, stop);
        File.SetLastWriteTimeUtc(target.SafeFileHandle, modified);
        return hash;
    }

    private static string Go(string path, SafeFileHandle file, Stream? target, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Piece];
        var at = 0L;
        for (int count; (count = Read(path, () => RandomAccess.Read(file, buffer, at))) > 0; at += count)
        {
            stop.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, count);
            target?.Write(buffer, 0, count);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of a copy it has to be told whether it was the source that failed or the target.</summary>
    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not FileNotFoundException and not DirectoryNotFoundException))
        {
            throw new InvalidInputException($"{path} cannot be read: {e.Message}", e);
        }
    }
}

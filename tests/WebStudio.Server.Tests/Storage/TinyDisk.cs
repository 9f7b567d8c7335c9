using System.Diagnostics;

namespace WebStudio.Server.Tests.Storage;

/// <summary>
/// A real file system of a few megabytes, for files only (SQLite resolves the path, and its database lands beside it: see <see cref="FullDatabaseTests"/>): a tmpfs that a child process mounts in namespaces of its own, which needs no root, and that is reached by way of the child's root. Tests are skipped where the
/// machine allows no such namespaces.
/// </summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly TemporaryFolder _mountPoint = new();
    private readonly Process _holder;

    public TinyDisk(int megabytes)
    {
        _holder = Process.Start(new ProcessStartInfo("unshare", ["-Urm", "sh", "-c", $"mount -t tmpfs -o size={megabytes}m tmpfs '{_mountPoint.Path}' && echo mounted && exec cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var mounted = _holder.StandardOutput.ReadLine() == "mounted";
        Path = $"/proc/{_holder.Id}/root{_mountPoint.Path}";
        if (mounted && Directory.Exists(Path))
            return;
        Dispose();
        Assert.Skip("This machine allows no user and mount namespaces: no small file system to fill.");
    }

    public string Path { get; }

    /// <summary>Takes all the space there is, or all but a little; again, what has become free since.</summary>
    /// <param name="keepFree">Bytes that are left.</param>
    /// <returns>The file that takes it: deleting it makes room.</returns>
    public string Fill(long keepFree = 0) => Fill(Path, keepFree);

    /// <summary>The same for any folder of a small file system.</summary>
    public static string Fill(string folder, long keepFree = 0)
    {
        var file = System.IO.Path.Combine(folder, "filler");
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.None, 0);
        foreach (var size in (int[])[1 << 16, 1 << 10, 1])
            try
            {
                // Asked before each block: somebody else may write and delete meanwhile.
                for (var block = new byte[size]; keepFree == 0 || new DriveInfo(folder).AvailableFreeSpace > keepFree + size;)
                    stream.Write(block);
            }
            catch (IOException)
            {
                // Full to within a smaller block.
            }
        return file;
    }

    public void Dispose()
    {
        _holder.StandardInput.Close(); // ends cat, and with it the file system
        _holder.WaitForExit();
        _holder.Dispose();
        _mountPoint.Dispose();
    }
}

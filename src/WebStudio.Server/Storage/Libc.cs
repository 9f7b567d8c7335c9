using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WebStudio.Server.Storage;

/// <summary>What .NET does not offer of the system's library.</summary>
internal static class Libc
{
    /// <summary>Gives a file a second name; false where the file system does not do that, or the two lie on different ones.</summary>
    public static bool TryLink(string file, string name) => Link(file, name) == 0;

    /// <summary>Waits until everything that was written to the file system of an open file is on its disk.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Sync(SafeFileHandle file)
    {
        if (SyncFileSystem(file) != 0)
            throw new IOException($"What was written is not on the disk: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "link"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "syncfs", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFileSystem(SafeFileHandle file);
}

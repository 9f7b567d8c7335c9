using WebStudio.Server.Data;

namespace WebStudio.Server.Storage;

/// <summary>Tells a full disk from other failures of files, and says so without a path of the server.</summary>
internal static class DiskFull
{
    private const int NoSpaceLeft = 28, QuotaExceeded = 122; // ENOSPC, EDQUOT: .NET hands on the system's number

    /// <summary>For whoever uses the server.</summary>
    public const string Sentence = "The disk of the server is full. Whoever runs it has to make room.";

    /// <summary>True when a full disk lies at the bottom of an error, as in what AtomicFile makes of it.</summary>
    public static bool Caused(Exception? error) =>
        error is not null && ((error is IOException && error.HResult is NoSpaceLeft or QuotaExceeded) || StudioDatabase.IsFull(error) || error.Message.Contains("No space left", StringComparison.Ordinal) || Caused(error.InnerException));
}

using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Creations;

/// <summary>What a failed creation tells its owner: what happened, and what to do.</summary>
internal static class CreationFailure
{
    public static string Explain(Exception error) => error switch
    {
        _ when DiskFull.Caused(error) => $"{DiskFull.Sentence} Then try again.",
        // Files of the server's own: their places are the log's business.
        IOException or UnauthorizedAccessException or FileNotWrittenException => "A file could not be read or written; the server's log tells which. Try again when that is mended.",
        InvalidInputException or InsufficientMemoryException => error.Message, // the latter was seen in time, and is told with figures
        OutOfMemoryException => TooLarge,
        _ when error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => TooLarge,
        _ => "It could not be made, for a reason that the server's log tells. Try again; if it fails again, tell whoever runs the server.",
    };

    private const string TooLarge = "The device has not enough memory for this. Ask for fewer or smaller pictures.";
}

using System.Reflection;
using System.Runtime.InteropServices;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Jobs;

/// <summary>What a failed job tells its owner: what happened, and what to do.</summary>
internal static class JobFailure
{
    public static string Explain(Exception error) => error switch
    {
        _ when DiskFull.Caused(error) => $"{DiskFull.Sentence} Then resume the training: it goes on from its last checkpoint.",
        // A file of the server's own: its place is nobody's business but the log's.
        IOException or UnauthorizedAccessException or FileNotWrittenException => "A file of the training could not be read or written; the server's log tells which. Resume the training when that is mended.",
        InvalidInputException => error.Message,
        AggregateException or TargetInvocationException when error.InnerException is { } inner => Explain(inner),
        DivideByZeroException or OverflowException => Unknown, // these are arithmetic too, but no loss that ran away
        ArithmeticException => "The training ran away: its loss is no number any more. Start it again with fewer attributes, or set aside photos that look wrong.",
        InsufficientMemoryException => error.Message, // seen in time, and told with figures
        OutOfMemoryException => TooLarge,
        _ when error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => TooLarge,
        ExternalException => "The device's native code failed; the server's log tells where. Resume the training to go on from its last checkpoint; if it fails again, use fewer photos or a base with smaller pictures.",
        _ => Unknown,
    };

    private const string Unknown = "The training failed for a reason that the server's log tells. Resume it to go on from its last checkpoint; if it fails again, tell whoever runs the server.";

    private const string TooLarge = "The device has not enough memory for this training. Use fewer photos or a base with smaller pictures.";
}

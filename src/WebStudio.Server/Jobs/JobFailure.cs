using System.Reflection;
using System.Runtime.InteropServices;
using WebStudio.Gpu;

namespace WebStudio.Server.Jobs;

/// <summary>What a failed job tells its owner: what happened, and what to do.</summary>
internal static class JobFailure
{
    public static string Explain(Exception error) => error switch
    {
        InvalidInputException => error.Message,
        AggregateException or TargetInvocationException when error.InnerException is { } inner => Explain(inner),
        DivideByZeroException or OverflowException => Unknown, // these are arithmetic too, but no loss that ran away
        ArithmeticException => "The training ran away: its loss is no number any more. Start it again with fewer attributes, or set aside photos that look wrong.",
        OutOfMemoryException => TooLarge,
        _ when error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => TooLarge,
        IOException when error.HResult == 28 || error.Message.Contains("No space left", StringComparison.Ordinal) => "The disk of the server is full. Whoever runs it has to make room; then resume the training: it goes on from its last checkpoint.",
        IOException or UnauthorizedAccessException => $"A file could not be read or written: {error.Message} Resume the training when that is mended.",
        ExternalException => "The device's native code failed; the server's log tells where. Resume the training to go on from its last checkpoint; if it fails again, use fewer photos or a base with smaller pictures.",
        _ => Unknown,
    };

    private const string Unknown = "The training failed for a reason that the server's log tells. Resume it to go on from its last checkpoint; if it fails again, tell whoever runs the server.";

    private const string TooLarge = "The device has not enough memory for this training. Use fewer photos or a base with smaller pictures.";
}

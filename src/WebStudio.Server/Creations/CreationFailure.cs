using WebStudio.Gpu;

namespace WebStudio.Server.Creations;

/// <summary>What a failed creation tells its owner: what happened, and what to do.</summary>
internal static class CreationFailure
{
    public static string Explain(Exception error) => error switch
    {
        InvalidInputException => error.Message,
        OutOfMemoryException => TooLarge,
        _ when error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => TooLarge,
        IOException when error.HResult == 28 || error.Message.Contains("No space left", StringComparison.Ordinal) => "The disk of the server is full. Whoever runs it has to make room; then try again.",
        _ => "It could not be made, for a reason that the server's log tells. Try again; if it fails again, tell whoever runs the server.",
    };

    private const string TooLarge = "The device has not enough memory for this. Ask for fewer or smaller pictures.";
}

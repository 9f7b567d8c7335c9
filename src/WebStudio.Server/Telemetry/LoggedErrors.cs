using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;

namespace WebStudio.Server.Telemetry;

/// <summary>What of an error may stand in a log: logs are kept and sent away, and name identifiers, never people.</summary>
internal static class LoggedErrors
{
    /// <summary>The error; null where it is a sentence for people, which may name a person or a file of theirs. Then its type is all that the log holds: its owner reads the sentence on the page.</summary>
    public static Exception? ForLog(this Exception error) => IsSentence(error) ? null : error;

    private static bool IsSentence(Exception? error) => error switch
    {
        null or FileNotWrittenException => false, // the latter names a place of the server's, and the log alone tells which
        InvalidInputException => true,
        AggregateException many => many.InnerExceptions.Any(IsSentence),
        _ => IsSentence(error.InnerException),
    };
}

using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Gpu.Execution;

namespace WebStudio.Server.Verbs;

/// <summary>One thing to do from the command line: its options, and its work as a function of their values. Every verb answers to --json and --verbose (<see cref="VerbHost"/>).</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description) : base(name, description) => SetAction(Invoke);

    /// <summary>Does the work.</summary>
    /// <param name="arguments">Values of the verb's options, already validated by their parsers.</param>
    /// <param name="console">Where results, notes and progress go.</param>
    /// <param name="stop">Requested by Ctrl-C and SIGTERM.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="InvalidInputException">Something the user named cannot be used.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was requested and nothing was saved.</exception>
    protected abstract int Run(ParseResult arguments, VerbConsole console, CancellationToken stop);

    private int Invoke(ParseResult arguments)
    {
        var verbose = arguments.GetValue(VerbHost.Verbose);
        using var console = new VerbConsole(arguments.GetValue(VerbHost.Json));
        using var interrupt = new Interrupt(() => console.Note("Stopping after the current step; Ctrl-C again ends at once."));
        try
        {
            // TorchSharp's own search for its libraries would find none: ours must come before the first tensor.
            TorchNative.EnsureLoaded();
            return Run(arguments, console, interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            console.Note("Stopped; nothing was saved.");
            return ExitCode.Interrupted;
        }
        catch (UsageException e)
        {
            console.Note($"error: {e.Message}");
            return ExitCode.Usage;
        }
        // Files fail at any moment (disk full, access withdrawn), and .NET's message names the path; so does memory that others take, and ours says how much.
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException or InsufficientMemoryException)
        {
            console.Note($"error: {e.Message}");
            if (verbose)
                console.Note(e.ToString());
            return ExitCode.BadInput;
        }
        catch (Exception e)
        {
            // libtorch that cannot be loaded arrives wrapped in the initialiser's exception; its own message is the one that helps.
            var cause = e;
            while (cause is TypeInitializationException { InnerException: { } inner })
                cause = inner;
            console.Note(verbose
                ? $"error: unexpected: {e}"
                : $"error: unexpected: {cause.GetType().Name}: {FirstLine(cause.Message)} (--verbose shows the trace)");
            return ExitCode.Unexpected;
        }
    }

    /// <summary>libtorch's messages carry pages of native stack.</summary>
    private static string FirstLine(string message) => message.AsSpan().Trim().ToString().Split('\n')[0].TrimEnd();
}

namespace WebStudio.Server.Verbs;

/// <summary>What a verb answers to the shell; the numbers above 63 are those of sysexits.h.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>A file, album or model cannot be used; the message says why. Nothing half-written is left.</summary>
    public const int BadInput = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A defect of this program.</summary>
    public const int Unexpected = 70;

    /// <summary>Stopped by Ctrl-C after saving a checkpoint: the same command with --resume goes on.</summary>
    public const int Stopped = 75;

    /// <summary>Stopped by Ctrl-C, nothing saved (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}

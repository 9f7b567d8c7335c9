namespace WebStudio.Server.Verbs;

/// <summary>What a verb does once its options are read, apart from the command line.</summary>
/// <returns>One of <see cref="ExitCode"/>.</returns>
internal delegate int VerbWork<in TRequest>(TRequest request, VerbConsole console, CancellationToken stop);

namespace WebStudio.Server.Verbs;

/// <summary>A command line that no single option's parser can find wrong: options that contradict each other, an attribute the model does not have; ends with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);

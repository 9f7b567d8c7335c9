namespace WebStudio.Server.Verbs;

/// <summary>An option's value that only the verb itself could find wrong (an attribute the model does not have); ends with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);

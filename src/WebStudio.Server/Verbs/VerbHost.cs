using System.CommandLine;

namespace WebStudio.Server.Verbs;

/// <summary>Parses the command line and runs the verb it names.</summary>
internal static class VerbHost
{
    /// <summary>Runs to the end of the verb.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(RootCommand root, string[] args)
    {
        root.SetAction(parsed => new System.CommandLine.Help.HelpAction().Invoke(parsed)); // nothing asked: say what can be asked
        // A photo may be called @1.jpg: nothing on the line names a response file.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count == 0)
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        foreach (var message in parsed.Errors.Select(error => error.Message).Distinct())
            Console.Error.WriteLine($"error: {message}");
        Console.Error.WriteLine($"See '{NameOf(parsed.CommandResult)} --help'.");
        return ExitCode.Usage;
    }

    private static string NameOf(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;
}

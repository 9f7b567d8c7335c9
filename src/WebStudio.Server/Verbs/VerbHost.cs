using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace WebStudio.Server.Verbs;

/// <summary>Parses the command line and runs the verb it names.</summary>
internal static class VerbHost
{
    /// <summary>--json, on every verb.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print exactly one JSON object on standard output", Recursive = true };

    /// <summary>--verbose, on every verb.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the stack trace of an error", Recursive = true };

    /// <summary>Runs to the end of the verb.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(RootCommand root, string[] args)
    {
        root.Add(Json);
        root.Add(Verbose);
        root.SetAction(parsed => new HelpAction().Invoke(parsed)); // nothing asked: say what can be asked
        // A photo may be called @1.jpg: nothing on the line names a response file.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count == 0)
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        foreach (var message in parsed.Errors.Select(error => error.Message).Distinct())
            Console.Error.WriteLine($"error: {message}");
        Console.Error.WriteLine($"See '{NameOf(parsed.CommandResult)} --help'.");
        return ExitCode.Usage;
    }

    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;
}

using System.Diagnostics;
using System.Text.Json;

namespace WebStudio.Server.Tests;

/// <summary>What a run of the real executable answered.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as the one JSON object it must be.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Output); // refuses anything before or after the object
            return document.RootElement.Clone();
        }
    }

    public void Fails(int exitCode, params string[] says)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, output: {Output}, error: {Error}");
        Assert.Equal("", Output);
        foreach (var part in says)
            Assert.Contains(part, Error);
        Assert.DoesNotContain("   at ", Error); // no stack trace
    }
}

/// <summary>Runs the server's own executable, as a shell would.</summary>
internal static class Cli
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "WebStudio.Server");

    public static CliResult Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return Finish(process);
    }

    public static Process Start(params string[] arguments) => Start(Executable, arguments);

    /// <summary>Runs a shell command in which "$0" is the executable.</summary>
    public static CliResult Shell(string command, params string[] arguments)
    {
        using var process = Start("/bin/sh", ["-c", command, Executable, .. arguments]);
        return Finish(process);
    }

    public static CliResult Finish(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    // A shell that runs the tests in the background has them ignore Ctrl+C, and a child inherits that.
    private static Process Start(string file, string[] arguments) => Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", file, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["OMP_NUM_THREADS"] = "1" },
    })!;
}

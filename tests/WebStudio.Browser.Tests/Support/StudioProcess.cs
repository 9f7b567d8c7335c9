using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace WebStudio.Browser.Tests.Support;

/// <summary>The real program in a process of its own, with a port and a data folder of its own; gone with the test.</summary>
internal sealed partial class StudioProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _data = Directory.CreateTempSubdirectory("webstudio-browser-").FullName;
    private readonly string[] _settings;
    private readonly StringBuilder _said = new();
    private Process? _process;

    private StudioProcess(string[] settings)
    {
        _settings = settings;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Address = $"http://localhost:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    /// <summary>Address without a slash at its end.</summary>
    public string Address { get; }

    /// <summary>The one-time link that the program printed.</summary>
    public string SetUpLink { get; private set; } = "";

    /// <summary>All that the program has printed.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Starts the program on an empty folder and waits for its set-up link.</summary>
    /// <param name="settings">As on the command line: --Training:QuickPasses=3.</param>
    public static async Task<StudioProcess> StartAsync(params string[] settings)
    {
        var studio = new StudioProcess(settings);
        studio.Start();
        studio.SetUpLink = (await studio.WaitForAsync(SetUpPattern())).Value;
        return studio;
    }

    /// <summary>Ends the program as a power cut does, in the middle of whatever it is doing, and starts it again on the same folder and port.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        lock (_said)
            _said.Clear();
        Start();
        await WaitForAsync(ReadyPattern());
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private void Start()
    {
        var executable = typeof(StudioProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerExecutable").Value!;
        _process = new Process
        {
            StartInfo = new(executable, ["serve", "--urls", Address, $"--Storage:Root={_data}", .. _settings])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _data,
            },
        };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Note(string? line)
    {
        if (line is null)
            return;
        lock (_said)
            _said.AppendLine(line);
    }

    private async Task<Match> WaitForAsync(Regex pattern)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience && _process is { HasExited: false })
        {
            if (pattern.Match(Said) is { Success: true } match)
                return match;
            await Task.Delay(100);
        }
        throw new InvalidOperationException($"The program {(_process is { HasExited: true } ? $"ended with {_process.ExitCode}" : "did not say what was waited for")}: {Said}");
    }

    private async Task KillAsync()
    {
        if (_process is null or { HasExited: true })
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    [GeneratedRegex(@"http\S+/setup/\S+")]
    private static partial Regex SetUpPattern();

    [GeneratedRegex(@"http://localhost:\d+")]
    private static partial Regex ReadyPattern();
}

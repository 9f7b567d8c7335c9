using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace WebStudio.Benchmarks.Support;

/// <summary>The program as it is built, on a free port.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int ErrorLines = 10;

    private readonly Process _process;
    private bool _ended;

    private ServerProcess(Process process, string address, ConcurrentQueue<string> log) => (_process, Address, Log) = (process, address, log);

    public string Address { get; }

    public int Id => _process.Id;

    /// <summary>What it has written so far.</summary>
    public ConcurrentQueue<string> Log { get; }

    /// <summary>Errors in its log: the first line of each and what is indented below it, stack included.</summary>
    public IEnumerable<string> Errors
    {
        get
        {
            string[] lines = [.. Log];
            for (var at = 0; at < lines.Length; at++)
                if (lines[at].StartsWith("fail:", StringComparison.Ordinal) || lines[at].StartsWith("crit:", StringComparison.Ordinal))
                    yield return string.Join(" | ", lines.Skip(at + 1).TakeWhile(l => l.StartsWith(' ')).Take(ErrorLines).Select(l => l.Trim()).Prepend(lines[at]));
        }
    }

    /// <summary>Starts it; returns once it serves.</summary>
    /// <param name="data">Its data folder.</param>
    /// <param name="settings">As on the command line: --Albums:MaxPhotos=5000.</param>
    public static async Task<ServerProcess> StartAsync(string data, params string[] settings)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        var address = $"http://localhost:{port}";
        var executable = typeof(ServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerExecutable").Value!;
        var process = Process.Start(new ProcessStartInfo(executable, ["serve", "--urls", address, $"--Storage:Root={data}", .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var ready = new TaskCompletionSource();
        var log = new ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                log.Enqueue(text);
            if (line.Data?.Contains(address, StringComparison.Ordinal) == true)
                ready.TrySetResult();
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (await Task.WhenAny(ready.Task, process.WaitForExitAsync()) != ready.Task)
            throw new InvalidOperationException($"{executable} ended with {process.ExitCode} instead of serving.");
        return new(process, address, log);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended)
            return;
        _ended = true;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

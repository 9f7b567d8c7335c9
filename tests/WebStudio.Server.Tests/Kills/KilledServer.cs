using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace WebStudio.Server.Tests.Kills;

/// <summary>The real program in a process of its own, on a folder that outlives it, for a programme with a token.</summary>
internal sealed class KilledServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private KilledServer(Process process, Uri address, string token)
    {
        _process = process;
        Http = new() { BaseAddress = address, Timeout = Patience };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Asks it as the programme.</summary>
    public HttpClient Http { get; }

    /// <summary>The folder as the server sees it.</summary>
    /// <param name="folder">Its full path.</param>
    public string Seen(string folder) => $"/proc/{_process.Id}/root{folder}";

    /// <summary>Files written before this moment were there when it started.</summary>
    public DateTime StartedAt { get; private init; }

    /// <summary>What it printed: warnings and errors.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Starts it and does not wait.</summary>
    /// <param name="data">Its data folder.</param>
    /// <param name="token">Of the programme.</param>
    /// <param name="settings">As on the command line.</param>
    public static KilledServer Start(string data, string token, params string[] settings) => Start([], data, token, settings);

    /// <summary>Starts it on a file system of its own, a tmpfs over a folder, that a copy of the data folder is put on; only the server and its root in /proc see that.</summary>
    /// <param name="megabytes">Size of the file system.</param>
    /// <param name="mountPoint">The folder.</param>
    /// <param name="data">What is copied onto it.</param>
    /// <param name="token">Of the programme.</param>
    /// <param name="settings">As on the command line.</param>
    public static KilledServer StartOnDisk(int megabytes, string mountPoint, string data, string token, params string[] settings) =>
        Start(["unshare", "-Urm", "sh", "-c", $"mount -t tmpfs -o size={megabytes}m tmpfs '{mountPoint}' && cp -a '{data}/.' '{mountPoint}' && exec \"$0\" \"$@\""], mountPoint, token, settings);

    /// <summary>Starts it in a control group.</summary>
    /// <param name="members">The group's list of processes.</param>
    /// <param name="data">Its data folder.</param>
    /// <param name="token">Of the programme.</param>
    /// <param name="settings">As on the command line.</param>
    public static KilledServer StartIn(string members, string data, string token, params string[] settings) =>
        Start(["sh", "-c", $"echo $$ > '{members}' && exec \"$0\" \"$@\""], data, token, settings);

    private static KilledServer Start(string[] within, string data, string token, string[] settings)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        var address = $"http://127.0.0.1:{port}";
        string[] command = [.. within, Path.Combine(AppContext.BaseDirectory, "WebStudio.Server"), "serve", "--urls", address, $"--Storage:Root={data}", "--Logging:LogLevel:Default=Warning", "--Limits:ApiCallsPerMinute=0", .. settings];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        };
        var server = new KilledServer(new() { StartInfo = start }, new(address), token) { StartedAt = DateTime.UtcNow };
        server._process.OutputDataReceived += (_, line) => server.Note(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Note(line.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Returns once it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended instead, or never did.</exception>
    public async Task WaitUntilReadyAsync()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && !_process.HasExited;)
        {
            try
            {
                using var answer = await Http.GetAsync("/health/live");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                // Nobody listens yet.
            }
            await Task.Delay(50);
        }
        throw new InvalidOperationException($"The server {(_process.HasExited ? $"ended with {_process.ExitCode}" : "never answered")}: {Said}");
    }

    /// <summary>SIGKILL: nothing of it runs any more, and nothing it had begun is ended.</summary>
    public async Task KillAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"The server had ended by itself with {_process.ExitCode}: {Said}");
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as systemd sends it: it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        using (var signal = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await signal.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Http.Dispose();
    }

    private void Note(string? line)
    {
        lock (_said)
            _said.AppendLine(line);
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Server.Tests;

namespace WebStudio.Benchmarks.Support;

/// <summary>
/// A page without a browser: its HTML, and its circuit over a real websocket. Batches are acknowledged and looked through for a text, calls of JavaScript are answered as by a page of which little is asked.
/// </summary>
internal sealed partial class Circuit : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Pages that ask for nothing here get null, which is as good for everything but these.
    private static readonly Dictionary<string, string> Answers = new() { ["studioTheme.get"] = "\"system\"", ["studioTheme.isDark"] = "false", ["mudThemeProvider.isDarkMode"] = "false", ["darkModeChange"] = "false" };

    private readonly HubConnection _hub;
    private readonly byte[] _awaited;
    private readonly TaskCompletionSource _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Circuit(HubConnection hub, string awaited)
    {
        (_hub, _awaited) = (hub, Encoding.UTF8.GetBytes(awaited));
        hub.ServerTimeout = TimeSpan.FromMinutes(2); // whether it is alive is told by the server, also where this machine has much to do
        hub.On<long, byte[]>("JS.RenderBatch", BatchAsync);
        hub.On("JS.BeginInvokeJS", [typeof(long), typeof(string), typeof(string), typeof(int), typeof(long), typeof(int)], call => AnswerAsync((long)call[0]!, (string)call[1]!));
        hub.On<int, string>("JS.AttachComponent", (_, _) => { });
        hub.On<long>("JS.EndUpdateRootComponents", _ => { });
        hub.On<string>("JS.Error", Fail);
        hub.Closed += error =>
        {
            Fail(error?.Message ?? "The server closed the circuit.");
            return Task.CompletedTask;
        };
    }

    /// <summary>What went wrong; null while the circuit is well.</summary>
    public string? Failure { get; private set; }

    public bool IsAlive => Failure is null && _hub.State == HubConnectionState.Connected;

    /// <summary>Bytes of all batches.</summary>
    public long Bytes { get; private set; }

    /// <summary>From asking for the page to its HTML.</summary>
    public TimeSpan Html { get; private set; }

    /// <summary>From the HTML to the batch with the awaited text: the connection, the circuit, what the page reads, and its rendering.</summary>
    public TimeSpan Shown { get; private set; }

    /// <summary>Opens a page.</summary>
    /// <param name="visitor">Who is signed in.</param>
    /// <param name="path">Of the page.</param>
    /// <param name="awaited">A text that is there once the page shows what it is about.</param>
    public static async Task<Circuit> OpenAsync(StudioVisitor visitor, string path, string awaited)
    {
        var address = visitor.Http.BaseAddress!;
        var clock = Stopwatch.StartNew();
        var html = await visitor.Http.GetStringAsync(path);
        var loaded = clock.Elapsed;
        var builder = new HubConnectionBuilder().WithUrl(new Uri(address, "/_blazor"), options => (options.Cookies, options.Transports) = (visitor.Cookies, HttpTransportType.WebSockets));
        builder.Services.AddSingleton<IHubProtocol, BlazorPack>();
        var circuit = new Circuit(builder.Build(), awaited) { Html = loaded };
        try
        {
            await circuit.StartAsync(address, new(address, path), html);
        }
        catch
        {
            await circuit.DisposeAsync();
            throw;
        }
        circuit.Shown = clock.Elapsed - loaded;
        return circuit;
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private async Task StartAsync(Uri address, Uri page, string html)
    {
        await _hub.StartAsync();
        if (await _hub.InvokeAsync<string?>("StartCircuit", address.ToString(), page.ToString(), "[]", "") is not { Length: > 0 })
            throw new InvalidOperationException($"{page.AbsolutePath} got no circuit: {Failure}");
        var operations = Markers().Matches(html).Select((marker, i) => new { type = "add", ssrComponentId = i + 1, marker = JsonElement.Parse(marker.Groups[1].Value) });
        await _hub.SendAsync("UpdateRootComponents", JsonSerializer.Serialize(new { batchId = 1, operations }), State().Match(html).Groups[1].Value);
        await _shown.Task.WaitAsync(Patience);
    }

    private async Task BatchAsync(long batch, byte[] content)
    {
        Bytes += content.Length;
        if (content.AsSpan().IndexOf(_awaited) >= 0)
            _shown.TrySetResult();
        await _hub.SendAsync("OnRenderCompleted", batch, null);
    }

    private Task AnswerAsync(long call, string function) =>
        call == 0 ? Task.CompletedTask : _hub.SendAsync("EndInvokeJSFromDotNet", call, true, $"[{call},true,{Answers.GetValueOrDefault(function, "null")}]");

    private void Fail(string why)
    {
        Failure ??= why;
        _shown.TrySetException(new InvalidOperationException(why));
    }

    [GeneratedRegex("<!--Blazor:(\\{\"type\":\"server\".*?\\})-->", RegexOptions.Singleline)]
    private static partial Regex Markers();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->", RegexOptions.Singleline)]
    private static partial Regex State();
}

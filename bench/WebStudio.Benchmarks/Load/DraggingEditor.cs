using System.Diagnostics;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Benchmarks.Support;
using WebStudio.Server.Editing;
using WebStudio.Server.Tests;

namespace WebStudio.Benchmarks.Load;

/// <summary>
/// An editor whose first slider is dragged to and fro, as the page does it: one request on its way, the newest position next. Every few seconds the hand lets go, gets the full picture and rests a moment.
/// </summary>
internal sealed class DraggingEditor : IAsyncDisposable
{
    private static readonly TimeSpan Drag = TimeSpan.FromSeconds(4), Rest = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(60);

    private readonly HubConnection _hub;
    private readonly Dictionary<long, TaskCompletionSource> _asked = [];
    private readonly Lock _gate = new();
    private SessionInfo? _session;
    private long _seq;

    private DraggingEditor(HubConnection hub, Latencies lost, Latencies rendered)
    {
        _hub = hub;
        hub.On<Frame>("Frame", frame =>
        {
            rendered.Took(TimeSpan.FromMilliseconds(frame.Milliseconds));
            Answer(frame.Seq, null);
        });
        hub.On<Guid, string>("Failed", (_, text) => Answer(null, text));
        hub.On<Guid>("Ended", _ => Answer(null, "The session ended."));
        hub.Closed += error =>
        {
            if (error is not null)
                lost.Failed($"an editor's connection was lost: {error.Message}");
            return Task.CompletedTask;
        };
    }

    /// <summary>Connects.</summary>
    /// <param name="visitor">Who is signed in.</param>
    /// <param name="lost">Notes a connection that breaks.</param>
    /// <param name="rendered">Times that the server itself takes for a picture once it is its turn.</param>
    public static async Task<DraggingEditor> ConnectAsync(StudioVisitor visitor, Latencies lost, Latencies rendered)
    {
        var editor = new DraggingEditor(new HubConnectionBuilder().WithUrl(new Uri(visitor.Http.BaseAddress!, "/hubs/studio"), options => options.Cookies = visitor.Cookies).AddMessagePackProtocol().Build(), lost, rendered);
        await editor._hub.StartAsync();
        return editor;
    }

    /// <summary>Opens what is edited and waits for its first picture.</summary>
    public async Task OpenAsync(Guid version)
    {
        _session = await _hub.InvokeAsync<SessionInfo>("Open", version, "photo:0", CancellationToken.None);
        await AskAsync(0, true);
    }

    /// <summary>Drags until the end.</summary>
    /// <param name="moved">Times from a position to its preview.</param>
    /// <param name="released">Times from letting go to the full picture.</param>
    /// <param name="end">Of the run.</param>
    public async Task RunAsync(Latencies moved, Latencies released, CancellationToken end)
    {
        var slider = _session!.Attributes[0];
        var clock = Stopwatch.StartNew();
        double Position() => slider.Minimum + (slider.Maximum - slider.Minimum) * (0.5 + 0.4 * Math.Sin(clock.Elapsed.TotalSeconds * 2));
        while (!end.IsCancellationRequested)
        {
            for (var dragged = Stopwatch.StartNew(); dragged.Elapsed < Drag && !end.IsCancellationRequested;)
                await moved.TimeAsync(() => AskAsync(Position(), false), end);
            await released.TimeAsync(() => AskAsync(Position(), true), end);
            await Task.Delay(Rest, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await _hub.InvokeAsync("Close", _session.Session, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private async Task AskAsync(double value, bool full)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long seq;
        lock (_gate)
            _asked[seq = ++_seq] = answer;
        await _hub.SendAsync("SetCoordinates", _session!.Session, seq, (double[])[value], full);
        await answer.Task.WaitAsync(Patience);
    }

    /// <summary>A picture answers its request; an error everything that waits.</summary>
    private void Answer(long? seq, string? failure)
    {
        lock (_gate)
            foreach (var (asked, answer) in _asked.Where(a => seq is null || a.Key <= seq).ToList())
            {
                _asked.Remove(asked);
                if (failure is null)
                    answer.TrySetResult();
                else
                    answer.TrySetException(new InvalidOperationException(failure));
            }
    }
}

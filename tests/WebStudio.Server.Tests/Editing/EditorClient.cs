using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Server.Editing;

namespace WebStudio.Server.Tests.Editing;

/// <summary>An editor without a browser.</summary>
internal sealed class EditorClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HubConnection _hub;
    private readonly Channel<Frame> _frames = Channel.CreateUnbounded<Frame>();
    private readonly Channel<string> _failures = Channel.CreateUnbounded<string>();
    private readonly Channel<Guid> _ended = Channel.CreateUnbounded<Guid>();

    private EditorClient(HubConnection hub)
    {
        _hub = hub;
        hub.On<Frame>("Frame", frame => _frames.Writer.TryWrite(frame));
        hub.On<Guid, string>("Failed", (_, text) => _failures.Writer.TryWrite(text));
        hub.On<Guid>("Ended", session => _ended.Writer.TryWrite(session));
    }

    /// <summary>Connects as somebody who is signed in.</summary>
    public static async Task<EditorClient> ConnectAsync(Member member)
    {
        var client = new EditorClient(new HubConnectionBuilder()
            .WithUrl(new Uri(member.Address, "/hubs/studio"), options => options.Headers.Add("Cookie", $"{member.Cookie}={member.Ticket}"))
            .AddMessagePackProtocol()
            .Build());
        await client._hub.StartAsync(TestContext.Current.CancellationToken);
        return client;
    }

    public Task<SessionInfo> OpenAsync(Guid version, string start) => _hub.InvokeAsync<SessionInfo>("Open", version, start);

    /// <summary>Asks for a picture; returns once the server has taken the request.</summary>
    public Task SetAsync(Guid session, long seq, double[] values, bool full) => _hub.InvokeAsync("SetCoordinates", session, seq, values, full);

    public Task CloseAsync(Guid session) => _hub.InvokeAsync("Close", session);

    public Task<EditInfo> SaveAsync(Guid session, string name, double[] values) => _hub.InvokeAsync<EditInfo>("SaveEdit", session, name, values);

    public Task<EditInfo[]> EditsAsync(Guid model) => _hub.InvokeAsync<EditInfo[]>("Edits", model);

    public Task RenameAsync(Guid edit, string name) => _hub.InvokeAsync("RenameEdit", edit, name);

    public Task DeleteAsync(Guid edit) => _hub.InvokeAsync("DeleteEdit", edit);

    public Task SendForReviewAsync(Guid edit, string note) => _hub.InvokeAsync("SendForReview", edit, note);

    public Task<Frame> FrameAsync() => Next(_frames);

    public Task<string> FailureAsync() => Next(_failures);

    public Task<Guid> EndedAsync() => Next(_ended);

    /// <summary>Pictures that came and were not asked for yet.</summary>
    public int FramesLeft => _frames.Reader.Count;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private static async Task<T> Next<T>(Channel<T> channel) => await channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
}

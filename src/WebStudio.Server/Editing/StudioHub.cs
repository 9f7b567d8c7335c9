using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Gpu;
using WebStudio.Gpu.Execution;
using WebStudio.Server.Telemetry;

namespace WebStudio.Server.Editing;

/// <summary>From a slider to a picture: binary frames over MessagePack. What a session shows belongs to whoever opened it; ids of others do not exist here.</summary>
[Authorize]
internal sealed class StudioHub(EditSessions sessions, SavedEdits edits, IReviews reviews, GpuExecutor executor, IHubContext<StudioHub> hub, StudioMetrics metrics, ILogger<StudioHub> log) : Hub
{
    private const string EndedSentence = "This session has ended: open it again.";

    /// <summary>Opens a session on a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="start">photo:3 or portrait:17.</param>
    public Task<SessionInfo> Open(Guid version, string start) => Told(() => sessions.OpenAsync(Viewer, Context.ConnectionId, version, start, Context.ConnectionAborted));

    /// <summary>Asks for a picture; it comes as a message <c>Frame</c>. A newer request replaces one that waits.</summary>
    /// <param name="session">From <see cref="Open"/>.</param>
    /// <param name="seq">Grows with every request; comes back with the picture.</param>
    /// <param name="values">Slider values, attributes in their units, then free components; NaN leaves one untouched.</param>
    /// <param name="full">True for full size, false for a preview.</param>
    public async Task SetCoordinates(Guid session, long seq, double[] values, bool full)
    {
        if (sessions.Find(Context.ConnectionId, session) is not { } open)
        {
            await Clients.Caller.SendAsync("Ended", session); // a page sends without waiting for an answer: this is how it learns
            throw new HubException(EndedSentence);
        }
        if (open.Submit(seq, values, full))
            _ = RenderAsync(Context.ConnectionId, open);
    }

    /// <summary>Ends a session.</summary>
    public async Task Close(Guid session)
    {
        if (sessions.Find(Context.ConnectionId, session) is not null)
            await sessions.CloseAsync(session);
    }

    /// <summary>Edits kept of a model.</summary>
    public Task<EditInfo[]> Edits(Guid model) => edits.ListAsync(Viewer, model);

    /// <summary>Keeps what a session shows.</summary>
    public Task<EditInfo> SaveEdit(Guid session, string name, double[] values) => Told(() =>
        edits.SaveAsync(Viewer, sessions.Find(Context.ConnectionId, session) ?? throw new InvalidInputException(EndedSentence), name, values));

    /// <summary>Renames a kept edit.</summary>
    public Task RenameEdit(Guid edit, string name) => Told(() => edits.RenameAsync(Viewer, edit, name));

    /// <summary>Deletes a kept edit.</summary>
    public Task DeleteEdit(Guid edit) => edits.DeleteAsync(Viewer, edit);

    /// <summary>Sends a kept edit for review.</summary>
    public Task SendForReview(Guid edit, string note) => Told(async () =>
    {
        if (await reviews.SendEditAsync(Viewer, edit, note) is { } refusal)
            throw new InvalidInputException(refusal);
    });

    public override Task OnDisconnectedAsync(Exception? exception) => sessions.CloseAllAsync(Context.ConnectionId);

    private Viewer Viewer => Viewer.Of(Context.User!);

    /// <summary>Renders until nothing waits. Runs beside the hub's calls: they return at once, so that newer values can come in.</summary>
    private async Task RenderAsync(string connection, OpenSession open)
    {
        while (true)
        {
            try
            {
                if (await executor.Interactive(open.RenderNewest) is not { } frame)
                    return;
                metrics.Edited(frame.Milliseconds, full: !double.IsNaN(frame.Identity));
                await hub.Clients.Client(connection).SendAsync("Frame", frame);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return; // the server stops
            }
#pragma warning disable CA1031 // nobody awaits this: the page is told, and what waits behind is tried
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (e is not InvalidInputException)
                    log.LogError(e, "A picture could not be rendered");
                await hub.Clients.Client(connection).SendAsync("Failed", open.Id, e is InvalidInputException ? e.Message : "The picture could not be made; the server's log tells why.");
            }
        }
    }

    /// <summary>Errors that a user can understand go to the page in their words.</summary>
    private static async Task<T> Told<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (InvalidInputException e)
        {
            throw new HubException(e.Message);
        }
    }

    private static Task Told(Func<Task> work) => Told(async () =>
    {
        await work();
        return true;
    });
}

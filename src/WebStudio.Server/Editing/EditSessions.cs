using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Execution;
using WebStudio.Server.Access;

namespace WebStudio.Server.Editing;

/// <summary>Sessions of all connections. A connection has few; they end with it, or when nobody moved a slider for long.</summary>
internal sealed class EditSessions(ModelHost models, StartingPoints points, FaceLikeness likeness, GpuExecutor executor, IOptions<EditingOptions> options, IOptions<LimitOptions> limits, TimeProvider time) : BackgroundService
{
    private const int MostPerConnection = 4;
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly Lock _opening = new();
    private readonly ConcurrentDictionary<Guid, (string UserId, string Connection, OpenSession Session)> _sessions = new();

    /// <summary>Opens a session.</summary>
    /// <param name="viewer">Who.</param>
    /// <param name="connection">Whose connection; its sessions end with it.</param>
    /// <param name="version">The version.</param>
    /// <param name="start">photo:3 or portrait:17.</param>
    /// <param name="gone">Cancelled before the connection's sessions are ended: one that was still being opened then ends too.</param>
    /// <exception cref="InvalidInputException">There is no such version for this viewer, no such starting point, or the connection has too many sessions.</exception>
    public async Task<SessionInfo> OpenAsync(Viewer viewer, string connection, Guid version, string start, CancellationToken gone = default)
    {
        var point = StartingPoint.Parse(start);
        var folder = await models.FolderAsync(viewer, version) ?? throw new InvalidInputException("This version does not exist any more.");
        RequireRoom(viewer, connection);
        var starting = await points.FindAsync(viewer, version, point);
        return await models.WithAsync(folder, lease =>
        {
            EditSession? session = null;
            try
            {
                session = starting.Open(lease.Model, options.Value.FreeComponents);
                var open = new OpenSession(Guid.CreateVersion7(), version, point, lease, session, likeness, options.Value.PreviewSize, time);
                lock (_opening) // of those that were asked for at once, not all may fit
                {
                    RequireRoom(viewer, connection);
                    _sessions[open.Id] = (viewer.UserId, connection, open);
                }
                if (gone.IsCancellationRequested && _sessions.TryRemove(open.Id, out _))
                    throw new OperationCanceledException(gone);
                var resolution = lease.Model.Generator.Config.ImgResolution;
                return new SessionInfo(open.Id, SliderValues.Attributes(lease.Model, session), SliderValues.Free(session, lease.Model.Description.Attributes.Count), resolution, Math.Min(options.Value.PreviewSize, resolution), starting.Photo is not null);
            }
            catch
            {
                session?.Dispose();
                lease.Dispose();
                throw;
            }
        });
    }

    private void RequireRoom(Viewer viewer, string connection)
    {
        if (_sessions.Values.Count(s => s.Connection == connection) >= MostPerConnection)
            throw new InvalidInputException($"A page edits at most {MostPerConnection} pictures at a time.");
        if (_sessions.Values.Count(s => s.UserId == viewer.UserId) >= limits.Value.EditorSessions)
            throw new InvalidInputException($"You have {limits.Value.EditorSessions} pictures open in editors, the most at a time. Close one of the pages and try again.");
    }

    /// <summary>A session of a connection; null when it ended.</summary>
    public OpenSession? Find(string connection, Guid session) => _sessions.TryGetValue(session, out var entry) && entry.Connection == connection ? entry.Session : null;

    /// <summary>Ends a session.</summary>
    public Task CloseAsync(Guid session) => _sessions.TryRemove(session, out var entry)
        ? executor.Interactive(() =>
        {
            entry.Session.Close();
            return 0;
        })
        : Task.CompletedTask;

    /// <summary>Ends all sessions of a connection.</summary>
    public Task CloseAllAsync(string connection) => Task.WhenAll(_sessions.Where(s => s.Value.Connection == connection).Select(s => CloseAsync(s.Key)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Sweep, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var before = time.GetUtcNow() - TimeSpan.FromMinutes(options.Value.IdleMinutes);
            await Task.WhenAll(_sessions.Where(s => s.Value.Session.UsedAt < before).Select(s => CloseAsync(s.Key)));
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Models;
using WebStudio.Server.Telemetry;

namespace WebStudio.Server.Editing;

/// <summary>Open models on the device thread, and the way to a version's folder for whoever may see it.</summary>
internal sealed class ModelHost(IDbContextFactory<StudioDb> databases, ModelFiles files, GpuExecutor executor, ComputeContext context, IOptions<EditingOptions> options, StudioMetrics metrics, AuditLog audit) : IHostedService
{
    private readonly ModelCache _cache = new(options.Value.CacheMegabytes * 1_000_000L, folder => PersonalizedModel.Load(folder, context));

    /// <summary>Folder of a version, to look at; null when there is none for this viewer.</summary>
    public async Task<string?> FolderAsync(Viewer viewer, Guid version)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Versions.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(v => v.Id == version) is not { } row)
            return null;
        await audit.ViewedAsync(viewer, row.OwnerId, "model", row.ModelId);
        return files.Version(row);
    }

    /// <summary>Work with a model, before every other kind of work on the device.</summary>
    /// <param name="folder">From <see cref="FolderAsync"/>.</param>
    /// <param name="work">A slice; disposes the lease, or keeps it.</param>
    public Task<T> WithAsync<T>(string folder, Func<ModelCache.Lease, T> work) => executor.Interactive(() => work(Take(folder)));

    /// <summary>A short work with a model: between the slices of a training, after edits.</summary>
    /// <param name="folder">Folder of the version.</param>
    /// <param name="work">Breathes between its slices.</param>
    /// <param name="cancel">Drops it where it has not begun.</param>
    public Task<T> ShortAsync<T>(string folder, Func<PersonalizedModel, Breather, T> work, CancellationToken cancel) => executor.Short(breather =>
    {
        using var lease = Take(folder);
        return work(lease.Model, breather);
    }, cancel);

    private ModelCache.Lease Take(string folder)
    {
        metrics.Asked(_cache.Holds(folder));
        return _cache.Take(folder);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => executor.Interactive(() =>
    {
        _cache.Dispose();
        return 0;
    }, CancellationToken.None);
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Health;

/// <summary>Whether the data folder can be written to.</summary>
internal sealed class DataFolderCheck(DataFolders folders) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var probe = Path.Combine(folders.Root, $".probe-{Guid.NewGuid():N}");
        try
        {
            await using (var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                await file.WriteAsync(new byte[1], cancellationToken);
            return HealthCheckResult.Healthy("can be written to");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("cannot be written to; is the disk full, or not mounted?");
        }
    }
}

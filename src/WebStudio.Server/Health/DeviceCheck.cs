using Microsoft.Extensions.Diagnostics.HealthChecks;
using WebStudio.Gpu.Execution;

namespace WebStudio.Server.Health;

/// <summary>Whether the device's thread takes work: a native call that never comes back blocks everybody.</summary>
internal sealed class DeviceCheck(GpuExecutor executor) : IHealthCheck
{
    /// <summary>The longest slice of a training between two breaths is a few seconds on a slow machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await executor.Interactive(() => 0).WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy("takes work");
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy($"took no work for {Patience.TotalSeconds:0} s");
        }
        catch (ObjectDisposedException)
        {
            return HealthCheckResult.Unhealthy("is stopped");
        }
    }
}

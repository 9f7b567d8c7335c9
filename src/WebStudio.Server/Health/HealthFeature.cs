using Microsoft.Extensions.Diagnostics.HealthChecks;
using WebStudio.Server.Data;

namespace WebStudio.Server.Health;

/// <summary>What watches of the operator ask: /health/live (the process answers), /health/ready (database, data folder and device work).</summary>
internal static class HealthFeature
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddDbContextCheck<StudioDb>("database").AddCheck<DataFolderCheck>("data folder").AddCheck<DeviceCheck>("device");
        return services;
    }

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync }).AllowAnonymous();
        return app;
    }

    /// <summary>Which part does not work, without a word on where it lies: anybody may ask.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new { status = report.Status.ToString().ToLowerInvariant(), parts = report.Entries.ToDictionary(e => e.Key, e => e.Value.Status.ToString().ToLowerInvariant()) });
}

using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WebStudio.Components.Admin;
using WebStudio.Gpu;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Telemetry;

internal static class TelemetryFeature
{
    /// <summary>Addresses that hold a secret are not traced.</summary>
    private static readonly string[] Secret = ["/join", "/reset", "/setup"];

    /// <summary>Counts, and sends figures and traces to a collector where the settings name one.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<TelemetryOptions>(configuration, "Telemetry");
        services.AddSingleton<StudioMetrics>();
        services.AddSingleton<ServerStatus>().AddSingleton<IServerStatus>(provider => provider.GetRequiredService<ServerStatus>()).AddHostedService(provider => provider.GetRequiredService<ServerStatus>());
        if (configuration["Telemetry:OtlpEndpoint"] is not { Length: > 0 } endpoint)
            return services;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new InvalidInputException($"The settings cannot be used:\n  Telemetry:OtlpEndpoint is '{endpoint}'; an address such as http://collector:4318 is accepted.");
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("webstudio", serviceVersion: typeof(TelemetryFeature).Assembly.GetName().Version?.ToString()))
            .WithMetrics(metrics => metrics.AddMeter(StudioMetrics.Name).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddOtlpExporter(options => Send(options, address, "v1/metrics")))
            .WithTracing(traces => traces.AddSource(StudioMetrics.Name).AddAspNetCoreInstrumentation(options => options.Filter = IsTraced).AddOtlpExporter(options => Send(options, address, "v1/traces")));
        return services;
    }

    private static void Send(OtlpExporterOptions options, Uri collector, string path)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new(new Uri(collector.AbsoluteUri.TrimEnd('/') + "/"), path);
    }

    private static bool IsTraced(HttpContext context) => !Array.Exists(Secret, start => context.Request.Path.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase));
}

namespace WebStudio.Server.Telemetry;

/// <summary>Section Telemetry: where figures and traces are sent.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>Address of an OpenTelemetry collector (OTLP over HTTP), http://collector:4318; empty sends nothing.</summary>
    public string OtlpEndpoint { get; set; } = "";
}

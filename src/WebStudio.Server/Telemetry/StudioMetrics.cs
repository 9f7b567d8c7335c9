using System.Diagnostics;
using System.Diagnostics.Metrics;
using WebStudio.Components.Admin;

namespace WebStudio.Server.Telemetry;

/// <summary>What the server counts. Names follow OpenTelemetry's rules; no tag says who.</summary>
internal sealed class StudioMetrics : IDisposable
{
    /// <summary>Name of the meter and of the source of traces.</summary>
    public const string Name = "WebStudio";

    private readonly Meter _meter;
    private readonly Histogram<double> _wait, _step, _latency;
    private readonly Counter<long> _cache;
    private readonly LatencyWindow _edits = new();
    private ServerSample _now = new(default);

    public StudioMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _wait = _meter.CreateHistogram<double>("webstudio.queue.wait", "s", "From asking for a job to its begin");
        _step = _meter.CreateHistogram<double>("webstudio.training.step", "s", "One photo in one step of a training");
        _latency = _meter.CreateHistogram<double>("webstudio.edit.latency", "ms", "Making one edited picture on the device");
        _cache = _meter.CreateCounter<long>("webstudio.model_cache.requests", description: "Models asked of the cache");
        _meter.CreateObservableGauge("webstudio.queue.length", () => _now.Waiting, description: "Jobs that wait");
        _meter.CreateObservableGauge("webstudio.tensors.live", () => _now.Tensors, description: "Tensors that are not disposed");
        _meter.CreateObservableGauge("webstudio.connections", () => _now.Connections, description: "Open circuits and editor connections");
        _meter.CreateObservableGauge("webstudio.memory", () => _now.MemoryBytes, "By", "Memory of the server");
        _meter.CreateObservableGauge("webstudio.storage.used", () => _now.StoredBytes, "By", "Size of the data folder");
        _meter.CreateObservableGauge("webstudio.storage.free", () => _now.FreeBytes, "By", "Free space of its disk");
    }

    /// <summary>Pieces of work for traces.</summary>
    public static ActivitySource Traces { get; } = new(Name);

    /// <summary>Seconds of one photo in one step, from the newest status of a training.</summary>
    public double SecondsPerPhoto { get; private set; }

    /// <summary>Requests that found their model open, and all.</summary>
    public (long Hits, long All) Cache { get; private set; }

    public void Began(TimeSpan waited) => _wait.Record(waited.TotalSeconds);

    public void Stepped(double secondsPerPhoto)
    {
        SecondsPerPhoto = secondsPerPhoto;
        _step.Record(secondsPerPhoto);
    }

    public void Edited(double milliseconds, bool full)
    {
        _latency.Record(milliseconds, KeyValuePair.Create<string, object?>("full", full));
        if (!full)
            _edits.Add(milliseconds);
    }

    /// <summary>A model was asked for. On the device's thread only.</summary>
    public void Asked(bool hit)
    {
        _cache.Add(1, KeyValuePair.Create<string, object?>("hit", hit));
        Cache = (Cache.Hits + (hit ? 1 : 0), Cache.All + 1);
    }

    /// <summary>Median and 95th percentile of previews since the last call, milliseconds; null without any.</summary>
    public (double Median, double High)? TakeLatency() => _edits.Take();

    /// <summary>What the gauges show.</summary>
    public void Observe(ServerSample sample) => _now = sample;

    public void Dispose() => _meter.Dispose();
}

namespace WebStudio.Server.Telemetry;

/// <summary>Latencies of a short time, the newest few thousand.</summary>
internal sealed class LatencyWindow
{
    private const int Most = 4096;
    private readonly Lock _gate = new();
    private readonly List<double> _values = [];

    public void Add(double milliseconds)
    {
        lock (_gate)
        {
            if (_values.Count == Most)
                _values.RemoveRange(0, Most / 2);
            _values.Add(milliseconds);
        }
    }

    /// <summary>Median and 95th percentile; null without any. The window begins anew.</summary>
    public (double Median, double High)? Take()
    {
        lock (_gate)
        {
            if (_values.Count == 0)
                return null;
            _values.Sort();
            var taken = (_values[_values.Count / 2], _values[(int)(0.95 * (_values.Count - 1))]);
            _values.Clear();
            return taken;
        }
    }
}

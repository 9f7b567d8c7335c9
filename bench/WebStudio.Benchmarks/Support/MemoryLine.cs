namespace WebStudio.Benchmarks.Support;

/// <summary>Memory of a process over time, and whether it stays what it was.</summary>
internal sealed class MemoryLine(int process)
{
    private const double Growth = 1.1;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5), Shown = TimeSpan.FromMinutes(1);

    private readonly List<double> _samples = [];

    /// <summary>Notes and prints until the end.</summary>
    public async Task WatchAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            _samples.Add(ProcessFigures.Memory(process));
            if (_samples.Count % (int)(Shown / Every) == 1)
                Console.WriteLine(FormattableString.Invariant($"minute {_samples.Count / (int)(Shown / Every),2}: {_samples[^1],6:f0} MB"));
            await Task.Delay(Every, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The largest so far, in MB.</summary>
    public double Most => _samples.Max();

    /// <summary>The newest, in MB.</summary>
    public double Latest => _samples[^1];

    /// <summary>Means of the second and the last third of the time; the first third fills caches.</summary>
    public (double Middle, double Last) Thirds
    {
        get
        {
            var third = Math.Max(1, _samples.Count / 3);
            return (_samples.Skip(third).Take(third).DefaultIfEmpty(double.NaN).Average(), _samples.TakeLast(third).Average());
        }
    }

    /// <summary>The last third takes at most a tenth more than the second.</summary>
    public bool IsFlat => Thirds is var (middle, last) && last <= Growth * middle;
}

using System.Diagnostics;

namespace WebStudio.Benchmarks.Support;

/// <summary>How long things of one kind took, and what went wrong with them. From any thread.</summary>
internal sealed class Latencies(string kind)
{
    private const int ShownErrors = 5;

    private readonly Lock _gate = new();
    private readonly List<double> _milliseconds = [];
    private readonly Dictionary<string, int> _errors = [];

    public int Errors
    {
        get
        {
            lock (_gate)
                return _errors.Values.Sum();
        }
    }

    public void Took(TimeSpan time)
    {
        lock (_gate)
            _milliseconds.Add(time.TotalMilliseconds);
    }

    public void Failed(string how)
    {
        lock (_gate)
            _errors[how] = _errors.GetValueOrDefault(how) + 1;
    }

    /// <summary>Does something and notes how long it took, or that it failed.</summary>
    /// <param name="work">Throws where it fails.</param>
    /// <param name="until">What fails after this is cancelled is the end of the run.</param>
    public async Task TimeAsync(Func<Task> work, CancellationToken until)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            await work();
            Took(clock.Elapsed);
        }
#pragma warning disable CA1031 // whatever goes wrong is what is looked for
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!until.IsCancellationRequested)
                Failed($"{e.GetType().Name}: {e.Message}");
        }
    }

    public static void WriteHead() => Console.WriteLine($"{"",-34} {"count",8} {"errors",7} {"p50",8} {"p95",8} {"worst",8}   milliseconds");

    public void Write()
    {
        lock (_gate)
        {
            double[] sorted = [.. _milliseconds.Order()];
            double At(double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
            Console.WriteLine(FormattableString.Invariant($"{kind,-34} {sorted.Length,8} {_errors.Values.Sum(),7} {At(0.5),8:f0} {At(0.95),8:f0} {At(1),8:f0}"));
            foreach (var (how, times) in _errors.OrderByDescending(e => e.Value).Take(ShownErrors))
                Console.WriteLine($"    {times} x {how}");
        }
    }
}

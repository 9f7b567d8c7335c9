using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Benchmarking;

/// <summary>Times two ways of doing the same thing in turns, so that a busy neighbour slows both.</summary>
internal sealed class PairTimer(Device device, QuickBenchOptions options, CancellationToken abort)
{
    /// <summary>Each action runs once unmeasured, then once a round in its own dispose scope.</summary>
    /// <param name="what">Name of the line.</param>
    /// <param name="units">The times are divided by this (pictures per call).</param>
    /// <param name="fast">One call of the fast path.</param>
    /// <param name="plain">One call of the plain formulation.</param>
    public BenchLine Compare(string what, int units, Action fast, Action plain)
    {
        Time(fast);
        Time(plain);
        List<double> fastTimes = [], plainTimes = [];
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < options.Rounds && (round < 2 || clock.Elapsed < options.PerLine); round++)
        {
            abort.ThrowIfCancellationRequested();
            fastTimes.Add(Time(fast) / units);
            plainTimes.Add(Time(plain) / units);
        }
        return new BenchLine(what, "ms", fastTimes.Min(), Median(fastTimes), plainTimes.Min(), Median(plainTimes));
    }

    private double Time(Action action)
    {
        using var scope = NewDisposeScope();
        Synchronize();
        var start = Stopwatch.GetTimestamp();
        action();
        Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private void Synchronize()
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

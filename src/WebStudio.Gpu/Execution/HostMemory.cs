using System.Globalization;

namespace WebStudio.Gpu.Execution;

/// <summary>Memory of the machine, or of the container that the process runs in.</summary>
public static class HostMemory
{
    /// <summary>Bytes that this process can still take before something is ended for want of memory.</summary>
    public static long Available()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet; // knows of containers
        return Math.Max(0, Math.Min(limit, OfTheMachine() ?? limit));
    }

    // What files take of it is given back when it is asked for, and counts as free there.
    private static long? OfTheMachine()
    {
        if (!File.Exists("/proc/meminfo"))
            return null;
        var line = File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return line is null ? null : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}

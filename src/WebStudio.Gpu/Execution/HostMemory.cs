using System.Globalization;

namespace WebStudio.Gpu.Execution;

/// <summary>
/// Memory of the machine, or of the container that the process runs in. Where it runs out on Linux the kernel ends the process, and nothing in it can catch that: who is about to take much asks before.
/// </summary>
public static class HostMemory
{
    /// <summary>Bytes that are always left: for what serves people meanwhile.</summary>
    public const long Reserve = 128L << 20;

    /// <summary>Bytes that this process can still take before something is ended for want of memory.</summary>
    public static long Available() => Available("/");

    /// <summary>The same, of a system whose /proc and /sys lie elsewhere.</summary>
    /// <param name="root">Folder that holds them.</param>
    internal static long Available(string root)
    {
        if (OfTheMachine(root) is not { } machine)
            return Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet);
        return Math.Max(0, Math.Min(machine, ControlGroup.Available(root) ?? machine));
    }

    /// <summary>Stops a piece of work in time.</summary>
    /// <exception cref="InsufficientMemoryException">Less than <see cref="Reserve"/> is left; the message says so.</exception>
    public static void RequireReserve()
    {
        if (Available() is var there && there < Reserve)
            throw new InsufficientMemoryException(FormattableString.Invariant($"The server's memory runs short: {there / 1e9:0.0} GB are free. Try again when less else is running, or ask for fewer or smaller pictures."));
    }

    // What files take of it is given back when it is asked for, and counts as free there.
    private static long? OfTheMachine(string root)
    {
        var path = Path.Combine(root, "proc/meminfo");
        if (!File.Exists(path))
            return null;
        var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return line is null ? null : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}

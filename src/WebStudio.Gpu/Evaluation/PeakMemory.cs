using System.Globalization;

namespace WebStudio.Gpu.Evaluation;

/// <summary>The process's highest memory use.</summary>
public static class PeakMemory
{
    /// <summary>Bytes (VmHWM); the present use on systems without /proc.</summary>
    public static long Read()
    {
        if (!File.Exists("/proc/self/status"))
            return Environment.WorkingSet;
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? Environment.WorkingSet : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}

using System.Runtime.InteropServices;
using WebStudio.Gpu.Evaluation;

namespace WebStudio.Gpu.Benchmarking;

/// <summary>Peak resident memory of one piece of work, where the system lets a process reset its own high-water mark.</summary>
internal static partial class MemoryWatch
{
    private const string ResetPeak = "5"; // proc(5), clear_refs

    /// <summary>Bytes the work added over the memory in use before it; null where that cannot be told apart.</summary>
    public static long? PeakOf(Action work)
    {
        try
        {
            // What the allocator still holds of earlier work would hide part of this one's need.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            malloc_trim(0);
            File.WriteAllText("/proc/self/clear_refs", ResetPeak);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
        var before = PeakMemory.Read();
        work();
        return PeakMemory.Read() - before;
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}

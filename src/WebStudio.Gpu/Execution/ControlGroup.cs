using System.Globalization;

namespace WebStudio.Gpu.Execution;

/// <summary>What the control groups of Linux leave to this process: a container's limit, a service's, or one of a group around them. Both versions of the interface are read (kernel documentation, cgroup-v1/memory and cgroup-v2).</summary>
internal static class ControlGroup
{
    private sealed record Interface(string Mount, string Limit, string Usage, string Reclaimable);

    private static readonly Interface First = new("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
    private static readonly Interface Second = new("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file");

    /// <summary>Bytes to the nearest limit; null where there is none.</summary>
    /// <param name="root">Folder that holds proc and sys.</param>
    public static long? Available(string root)
    {
        var list = Path.Combine(root, "proc/self/cgroup");
        if (!File.Exists(list))
            return null;
        long? least = null;
        foreach (var line in File.ReadLines(list)) // number:controllers:path
        {
            var parts = line.Split(':', 3);
            if (parts.Length < 3 || (parts[1].Length > 0 && !parts[1].Split(',').Contains("memory")))
                continue;
            var kind = parts[1].Length > 0 ? First : Second;
            // A container sees its own group as the root of the mount, under whatever path it is listed.
            for (var group = parts[2].Trim('/'); ; group = Path.GetDirectoryName(group) ?? "")
            {
                if (Left(Path.Combine(root, kind.Mount, group), kind) is { } left)
                    least = Math.Min(least ?? left, left);
                if (group.Length == 0)
                    break;
            }
        }
        return least;
    }

    private static long? Left(string folder, Interface kind)
    {
        if (Number(Path.Combine(folder, kind.Limit)) is not { } limit || Number(Path.Combine(folder, kind.Usage)) is not { } usage)
            return null; // no limit ("max"), or not to be seen from here
        var statistics = Path.Combine(folder, "memory.stat");
        var files = File.Exists(statistics) ? File.ReadLines(statistics).Select(l => l.Split(' ')).Where(l => l.Length == 2 && l[0] == kind.Reclaimable).Select(l => Parse(l[1])).FirstOrDefault() : null;
        return limit - usage + (files ?? 0);
    }

    private static long? Number(string file) => File.Exists(file) ? Parse(File.ReadAllText(file)) : null;

    private static long? Parse(string text) => long.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

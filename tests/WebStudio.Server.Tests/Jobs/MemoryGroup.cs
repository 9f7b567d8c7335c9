using System.Globalization;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>A control group whose memory is limited, as a container's is: where a process in it takes more, the kernel kills one of them. Tests are skipped where the machine allows none.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private readonly string _folder;
    private readonly bool _isFirst;

    public MemoryGroup()
    {
        var own = File.Exists("/proc/self/cgroup") ? File.ReadAllLines("/proc/self/cgroup").Select(l => l.Split(':', 3)).ToList() : [];
        var first = own.FirstOrDefault(l => l[1].Split(',').Contains("memory"));
        _isFirst = first is not null;
        var parent = (_isFirst ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup") + (first ?? own.FirstOrDefault(l => l[1].Length == 0))?[2];
        _folder = Path.Combine(parent, $"webstudio-{Guid.NewGuid():N}");
        try
        {
            if (!_isFirst)
                File.WriteAllText(Path.Combine(parent, "cgroup.subtree_control"), "+memory");
            Directory.CreateDirectory(_folder);
            Lift();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(_folder))
                Directory.Delete(_folder);
            Assert.Skip($"This machine allows no control group with a memory limit: {e.Message}");
        }
    }

    /// <summary>Who writes its number here is in the group.</summary>
    public string Members => Path.Combine(_folder, "cgroup.procs");

    /// <summary>How often the kernel killed, or had nothing left to give.</summary>
    public long Kills => long.Parse(File.ReadLines(Path.Combine(_folder, _isFirst ? "memory.oom_control" : "memory.events")).Select(l => l.Split(' ')).First(l => l[0] == "oom_kill")[1], CultureInfo.InvariantCulture);

    /// <summary>Takes all but so many bytes away from who is in it.</summary>
    public void Leave(long bytes) => File.WriteAllText(LimitFile, (long.Parse(File.ReadAllText(Path.Combine(_folder, _isFirst ? "memory.usage_in_bytes" : "memory.current")), CultureInfo.InvariantCulture) + bytes).ToString(CultureInfo.InvariantCulture));

    /// <summary>There is no limit any more.</summary>
    public void Lift() => File.WriteAllText(LimitFile, _isFirst ? "-1" : "max");

    private string LimitFile => Path.Combine(_folder, _isFirst ? "memory.limit_in_bytes" : "memory.max");

    public void Dispose() => Directory.Delete(_folder); // empty of processes: its files are no files
}

using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Tests.Imaging;

namespace WebStudio.Gpu.Tests.Execution;

/// <summary>Memory as Linux tells it, from folders written like its own; the server's tests have a real group with a limit.</summary>
public sealed class HostMemoryTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public HostMemoryTests() => Write("proc/meminfo", "MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    8000 kB\n");

    [Fact]
    public void Without_limits_the_machine_s_own_memory_counts()
    {
        Assert.Equal(8000 * 1024, HostMemory.Available(_root.Path));
        Write("proc/self/cgroup", "0::/user.slice\n");
        Write("sys/fs/cgroup/user.slice/memory.max", "max\n");
        Write("sys/fs/cgroup/user.slice/memory.current", "5000\n");
        Assert.Equal(8000 * 1024, HostMemory.Available(_root.Path));
    }

    [Fact]
    public void The_nearest_limit_of_all_groups_around_counts_and_what_files_take_does_not()
    {
        Write("proc/self/cgroup", "0::/studio.slice/web.service\n");
        Write("sys/fs/cgroup/studio.slice/web.service/memory.max", "3000000\n");
        Write("sys/fs/cgroup/studio.slice/web.service/memory.current", "1000000\n");
        Write("sys/fs/cgroup/studio.slice/web.service/memory.stat", "anon 900000\ninactive_file 40000\nactive_file 60000\n");
        Assert.Equal(2_040_000, HostMemory.Available(_root.Path));
        Write("sys/fs/cgroup/studio.slice/memory.max", "4000000\n");
        Write("sys/fs/cgroup/studio.slice/memory.current", "3900000\n");
        Assert.Equal(100_000, HostMemory.Available(_root.Path));
        Write("sys/fs/cgroup/studio.slice/memory.current", "4100000\n"); // a limit lowered below what is taken
        Assert.Equal(0, HostMemory.Available(_root.Path));
    }

    [Fact]
    public void The_first_interface_is_read_too()
    {
        Write("proc/self/cgroup", "9:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n");
        Write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "2000000\n");
        Write("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "1500000\n");
        Write("sys/fs/cgroup/memory/docker/abc/memory.stat", "inactive_file 1\ntotal_inactive_file 250000\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"); // none
        Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "1500000\n");
        Assert.Equal(750_000, HostMemory.Available(_root.Path));
    }

    [Fact]
    public void Within_a_container_its_group_is_the_root_of_what_can_be_seen()
    {
        Write("proc/self/cgroup", "4:memory:/docker/not-to-be-seen\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000\n");
        Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "1500000\n");
        Assert.Equal(500_000, HostMemory.Available(_root.Path));
    }

    [Fact]
    public void This_machine_has_some()
    {
        Assert.InRange(HostMemory.Available(), HostMemory.Reserve, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        HostMemory.RequireReserve();
    }

    public void Dispose() => _root.Dispose();

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}

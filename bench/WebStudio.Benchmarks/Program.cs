using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using WebStudio.Benchmarks.EditorLatency;
using WebStudio.Benchmarks.Enhancement;
using WebStudio.Benchmarks.Fuzzing;
using WebStudio.Benchmarks.Kills;
using WebStudio.Benchmarks.PhotoOpening;

if (args is ["editor-latency", .. var settings])
    return await LatencyRun.RunAsync(settings);
if (args is ["photo-opening", .. var opening])
    return OpeningRun.Run(opening);
if (args is ["enhancement", .. var enhancement])
    return EnhancementRun.Run(enhancement);
if (args is ["fuzz", .. var fuzz])
    return await FuzzCommand.RunAsync(fuzz);
if (args is ["kill", .. var kill])
    return await KillCommand.RunAsync(kill);

// In this process: libtorch is found and adapted to the system by WebStudio.Gpu's own build settings, which a generated project would not carry.
var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(7));
BenchmarkSwitcher.FromAssembly(typeof(LatencyRun).Assembly).Run(args, config);
return 0;

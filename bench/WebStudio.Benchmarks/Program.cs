using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using WebStudio.Benchmarks.Circuits;
using WebStudio.Benchmarks.EditorLatency;
using WebStudio.Benchmarks.Enhancement;
using WebStudio.Benchmarks.Fuzzing;
using WebStudio.Benchmarks.Kills;
using WebStudio.Benchmarks.LargeStudio;
using WebStudio.Benchmarks.Load;
using WebStudio.Benchmarks.PhotoOpening;
using WebStudio.Benchmarks.Uploading;

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
if (args is ["studio", .. var studio])
    return await StudioRun.RunAsync(studio);
if (args is ["load", .. var load])
    return await LoadRun.RunAsync(load);
if (args is ["circuits", .. var circuits])
    return await CircuitsRun.RunAsync(circuits);
if (args is ["upload", .. var upload])
    return await UploadRun.RunAsync(upload);

// In this process: libtorch is found and adapted to the system by WebStudio.Gpu's own build settings, which a generated project would not carry.
var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(7));
BenchmarkSwitcher.FromAssembly(typeof(LatencyRun).Assembly).Run(args, config);
return 0;

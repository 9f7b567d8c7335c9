using WebStudio.Gpu.Benchmarking;
using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.StyleGan;

public class QuickBenchTests
{
    [Fact]
    public void The_table_has_every_quantity_beside_the_plain_formulation_and_leaves_no_tensor()
    {
        var options = new QuickBenchOptions { Resolutions = [32], TrainingResolution = 32, BatchSize = 2, Rounds = 2 };
        var bench = new QuickBench(ComputeContext.Cpu with { Precision = ScalarType.BFloat16 }, options);
        bench.Run();
        var live = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        var report = bench.Run(perceptual: picture => picture.abs().mean());

        Assert.Equal(live, TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        foreach (var part in (string[])["synthesis 32 px, 1 at once", "synthesis 32 px, 2 at once", "edit 32 px", "training step 32 px, batch 2, perceptual"])
            Assert.Contains(report.Lines, l => l.What.StartsWith(part, StringComparison.Ordinal) && l.Unit == "ms");
        Assert.All(report.Lines.Where(l => l.Unit == "ms"), l => Assert.True(l.Fast > 0 && l.Fast <= l.FastMedian && l.Plain > 0 && l.Ratio == l.Plain / l.Fast));
        Assert.True(report.PeakMegabytes > 50);
        Assert.Equal(report.Lines.Count + 3, report.ToTable().Split('\n').Length);
    }

    [Fact]
    public void An_abort_ends_it()
    {
        var bench = new QuickBench(ComputeContext.Cpu, new QuickBenchOptions { Resolutions = [32], Rounds = 1 });
        Assert.Throws<OperationCanceledException>(() => bench.Run(abort: new CancellationToken(true)));
    }
}

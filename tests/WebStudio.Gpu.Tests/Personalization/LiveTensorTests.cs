using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Personalization;

/// <summary>The count of live tensors is one number for the process: these tests run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

[Collection(AloneCollection.Name)]
public class LiveTensorTests
{
    [Fact]
    public void Live_tensors_stay_flat_over_200_steps()
    {
        using var run = new ToyRun(ToyRun.Defaults with { Passes = 1000, Patience = 0 });
        using var state = run.NewState();
        var counts = new Dictionary<int, long>();
        using var stop = new CancellationTokenSource();
        run.Personalizer.Train(state, stepDone: s =>
        {
            if (s.Step is 20 or 220)
                counts[s.Step] = Tensor.TotalCount;
            if (s.Step == 220)
                stop.Cancel();
        }, abort: stop.Token);
        // Fewer is fine: a finaliser may have taken what the start left.
        Assert.True(counts[220] <= counts[20], $"{counts[20]} tensors after 20 steps, {counts[220]} after 220");
    }

    [Fact]
    public void A_second_run_in_the_same_process_leaves_no_tensor_behind()
    {
        using var toy = new ToyRun();
        using var identity = new FaceFeatureDistance(ComputeContext.Cpu, 103);
        using var perceptual = new PooledPixelDistance();
        var folder = Directory.CreateTempSubdirectory("webstudio-live-").FullName;
        long Live()
        {
            using (toy.Run(Path.Combine(folder, "base"), ToyRun.Defaults with { Passes = 1, InversionSteps = 1 }, perceptual, identity).Run(toy.Set)!)
            {
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
        var first = Live();
        var second = Live();
        Assert.True(second <= first, $"{first} tensors after the first run, {second} after the second");
        Directory.Delete(folder, recursive: true);
    }
}

using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.BaseTraining;

/// <summary>A training runs for days: nothing may stay behind after a step, a measurement, a round of sheets or a checkpoint. Alone, because the count is one number for the process.</summary>
[Collection(AloneCollection.Name)]
public sealed class LiveTrainingTensorTests : IDisposable
{
    private readonly TinyPictures _files = new TinyPictures().WithDiscs(40, transparentLeft: true);

    public LiveTrainingTensorTests()
    {
        // Half of them whole, so that both kinds are drawn.
        using var whole = new TinyPictures().WithDiscs(40);
        for (var i = 0; i < 40; i += 2)
            File.Copy(whole.Place($"disc{i:00}.png"), _files.Place($"disc{i:00}.png"), overwrite: true);
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Live_tensors_stay_flat_over_the_steps_of_both_phases()
    {
        using var pictures = TrainingPictures.Load([new PictureSource(_files.Folder)], TinyPictures.Side);
        var options = new BaseTrainingOptions { Resolution = 32, FirstResolution = 32, Steps = 100, ChannelBase = 256, ChannelMax = 16, WDim = 16, Components = 8, BatchSize = 4 };
        var folder = _files.Place("run");
        using var trainer = new BaseTrainer(options, pictures, folder, ComputeContext.Cpu);
        RequireFlat(trainer);
        using var sharper = new AdversarialTrainer(trainer, options, new() { Steps = 100, R1Every = 2 }, pictures, folder, ComputeContext.Cpu);
        RequireFlat(sharper);
    }

    private static void RequireFlat(ITrainingPhase phase)
    {
        void Round()
        {
            phase.Train();
            phase.Train();
            phase.Measure(1);
            phase.Draw();
            phase.Save();
        }
        long Live()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
        Round(); // constants are made at the first use
        var before = Live();
        Round();
        Round();
        var after = Live();
        Assert.True(after <= before, $"{before} tensors before, {after} after four steps more");
    }
}

using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Personalization;

public class PersonalizerTests
{
    [Fact]
    public void An_interrupted_and_resumed_run_equals_an_uninterrupted_one()
    {
        using var run = new ToyRun();
        using var whole = run.NewState();
        Assert.True(run.Personalizer.Train(whole));

        var folder = Directory.CreateTempSubdirectory("webstudio-run-");
        var file = Path.Combine(folder.FullName, "run.safetensors");
        using (var first = run.NewState())
        {
            using var stop = new CancellationTokenSource();
            // In the middle of a pass, where every kind of state counts.
            var steps = 0;
            Assert.False(run.Personalizer.Train(first, stepDone: _ => { if (++steps == 8) stop.Cancel(); }, abort: stop.Token));
            Assert.Equal(8, first.Step);
            first.Save(file, "toy");
        }
        using var resumed = run.NewState();
        resumed.Restore(file, "toy");
        Assert.True(run.Personalizer.Train(resumed));

        Assert.Equal(whole.Step, resumed.Step);
        Near.Equal(whole.Anchors, resumed.Anchors, 1e-5);
        Near.Equal(whole.Axes.Directions, resumed.Axes.Directions, 1e-5);
        foreach (var (name, weights) in whole.Generator.Parameters)
            Near.Equal(weights, resumed.Generator.Parameters[name], 1e-5);
        foreach (var (name, weights) in whole.Average.Parameters)
            Near.Equal(weights, resumed.Average.Parameters[name], 1e-5);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        using var run = new ToyRun();
        var file = Path.GetTempFileName();
        using var state = run.NewState();
        state.Save(file, "one album");
        var error = Assert.Throws<InvalidInputException>(() => state.Restore(file, "another album"));
        Assert.Contains("other photos", error.Message);
        File.Delete(file);
    }

    [Fact]
    public void Training_reconstructs_the_photos_and_puts_the_levels_in_order()
    {
        using var run = new ToyRun(ToyRun.Defaults with { Passes = 60, AnchorLearningRate = 0.02, Anchor = new() { PeerWeight = 2, OrderWeight = 2, Order = LevelOrder.Linear, KeepDeviation = 1 } });
        using var state = run.NewState();
        var before = Measure(run, state);
        Assert.True(run.Personalizer.Train(state));
        var after = Measure(run, state);

        Assert.True(after.Error < 0.5 * before.Error, $"mean squared error {before.Error:F3} -> {after.Error:F3}");
        Assert.All(after.Axes, a => Assert.True(a.RankCorrelation > 0.9, $"rank correlation {a.RankCorrelation:F2}"));
        Assert.All(after.Axes.Zip(before.Axes), a => Assert.True(a.First.WithinLevelSpread < 0.5 * a.Second.WithinLevelSpread, $"spread {a.Second.WithinLevelSpread:F2} -> {a.First.WithinLevelSpread:F2}"));
        Assert.All(after.Axes.Zip(before.Axes), a => Assert.True(a.First.DeviationAlong > 0.5 * a.Second.DeviationAlong, "the anchors collapsed"));
    }

    [Fact]
    public void Every_photo_comes_once_a_pass_in_an_order_of_its_own()
    {
        using var run = new ToyRun();
        var personalizer = run.Personalizer;
        var passes = Enumerable.Range(0, 2).Select(p => Enumerable.Range(0, personalizer.StepsPerPass).SelectMany(s => personalizer.Batch(p * personalizer.StepsPerPass + s)).ToArray()).ToArray();
        Assert.All(passes, p => Assert.Equal(Enumerable.Range(0, ToyRun.Photos), p.Order()));
        Assert.NotEqual(passes[0], passes[1]);
    }

    private static (double Error, AxisStatistics[] Axes) Measure(ToyRun run, PersonalizerState state)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var error = (state.Generator.Forward(state.Anchors) - run.Set.Images).square().mean().item<float>();
        var coordinates = state.Anchors.matmul(state.Axes.Directions.t()).to(ScalarType.Float64);
        var axes = run.Levels.Select((l, m) => AxisStatistics.Of(coordinates.select(1, m).contiguous().data<double>().ToArray(), l, 1)).ToArray();
        return (error, axes);
    }
}

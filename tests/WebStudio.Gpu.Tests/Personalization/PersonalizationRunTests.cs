using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Personalization;

public sealed class PersonalizationRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webstudio-run-").FullName;
    private readonly FaceFeatureDistance _identity = new(ComputeContext.Cpu, 103);
    private readonly PooledPixelDistance _perceptual = new();

    [Fact]
    public void A_run_stopped_and_carried_on_gives_the_model_of_an_uninterrupted_one()
    {
        using var toy = new ToyRun();
        var options = ToyRun.Defaults with { InversionSteps = 2 };
        using var whole = Run(toy, options).Run(toy.Set)!;

        var checkpoint = Path.Combine(_folder, "model.checkpoint");
        using (var stop = new CancellationTokenSource())
        {
            var lines = 0;
            // Stops in the training: the status lines of the inversion come first.
            var aborted = Run(toy, options with { CheckpointInterval = TimeSpan.Zero }).Run(toy.Set, checkpoint, false, p =>
            {
                if (p.Stage == PersonalizationStage.Inverting && p.Done == ToyRun.Photos && ++lines == 1)
                    stop.Cancel();
            }, stop.Token);
            Assert.Null(aborted);
        }
        Assert.True(File.Exists(checkpoint));
        using var resumed = Run(toy, options).Run(toy.Set, checkpoint, resume: true)!;

        // Until its host has kept the model, what was learned is in the checkpoint: taken up again it is the same model, without a step.
        var trained = 0;
        using var again = Run(toy, options).Run(toy.Set, checkpoint, resume: true, hooks: new() { Snapshot = shot => trained = shot.Step, SnapshotInterval = TimeSpan.Zero })!;
        Assert.Equal(0, trained);
        Near.Equal(resumed.Anchors, again.Anchors, 0);
        Near.Equal(whole.Anchors, resumed.Anchors, 1e-5);
        Near.Equal(whole.Directions, resumed.Directions, 1e-5);
        Assert.Equal(whole.Description.Report.Start, resumed.Description.Report.Start);
        foreach (var (name, weights) in whole.Generator.Synthesis.Parameters)
            Near.Equal(weights, resumed.Generator.Synthesis.Parameters[name], 1e-5);
    }

    [Fact]
    public void Where_others_take_the_memory_the_steps_that_were_made_are_kept()
    {
        using var toy = new ToyRun();
        var options = ToyRun.Defaults with { InversionSteps = 2 };
        using var whole = Run(toy, options).Run(toy.Set)!;

        var checkpoint = Path.Combine(_folder, "short.checkpoint");
        var steps = 0;
        var hooks = new PersonalizationHooks { Snapshot = shot => steps = shot.Step, SnapshotInterval = TimeSpan.Zero };
        Assert.Throws<InsufficientMemoryException>(() => Run(toy, options with { CheckpointInterval = TimeSpan.FromHours(1) }, () => steps < 7 ? long.MaxValue : 1_000_000).Run(toy.Set, checkpoint, hooks: hooks));
        Assert.Equal(7, StepOf(checkpoint));
        using var resumed = Run(toy, options).Run(toy.Set, checkpoint, resume: true)!;
        Near.Equal(whole.Anchors, resumed.Anchors, 1e-5);
        foreach (var (name, weights) in whole.Generator.Synthesis.Parameters)
            Near.Equal(weights, resumed.Generator.Synthesis.Parameters[name], 1e-5);
    }

    [Fact]
    public void A_complete_run_is_kept_until_its_host_has_kept_the_model()
    {
        using var toy = new ToyRun();
        var checkpoint = Path.Combine(_folder, "kept.checkpoint");
        var steps = toy.Personalizer.StepsPerPass;
        var measured = 0;
        void Told(PersonalizationProgress status) => measured = status.Stage == PersonalizationStage.Measuring ? StepOf(checkpoint) : 0;
        using var model = Run(toy, ToyRun.Defaults with { InversionSteps = 1, CheckpointInterval = TimeSpan.FromHours(1) }).Run(toy.Set, checkpoint, progress: Told)!;
        Assert.Equal((6 * steps, 6 * steps), (measured, StepOf(checkpoint))); // the last pass as well, before it is measured, and afterwards
    }

    [Fact]
    public void Passes_count_once_they_are_on_disk()
    {
        using var toy = new ToyRun();
        using var state = toy.NewState();
        var path = Path.Combine(_folder, "pass.checkpoint");
        var keeper = new CheckpointKeeper(path, "run", TimeSpan.FromHours(1), 3, state);
        state.Step = 2;
        keeper.SaveIfDue(state);
        Assert.Equal((0, false), (keeper.Passes, File.Exists(path))); // in the middle of a pass
        state.Step = 3;
        keeper.SaveIfDue(state);
        Assert.Equal((1, 3), (keeper.Passes, StepOf(path)));
        state.Step = 5;
        keeper.SaveIfDue(state);
        Assert.Equal((1, 3), (keeper.Passes, StepOf(path)));
        new CheckpointKeeper(path, "run", TimeSpan.Zero, 3, state).SaveIfDue(state); // the interval is over
        Assert.Equal(5, StepOf(path));
        keeper.Save(state);
        Assert.Equal(1, keeper.Passes);
    }

    private static int StepOf(string checkpoint) => int.Parse(SafetensorsFile.Read(checkpoint).Metadata["step"], System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void A_saved_model_loads_back_as_it_was_and_reads_as_a_generator()
    {
        using var toy = new ToyRun();
        using var model = Run(toy, ToyRun.Defaults with { Passes = 1, InversionSteps = 1 }).Run(toy.Set)!;
        var folder = Path.Combine(_folder, "saved");
        model.Save(folder);
        using var loaded = PersonalizedModel.Load(folder, ComputeContext.Cpu);

        Near.Equal(model.Anchors, loaded.Anchors, 0);
        Near.Equal(model.Directions, loaded.Directions, 0);
        Assert.Equal(model.Description.ToJson(), loaded.Description.ToJson());
        foreach (var (name, weights) in model.Generator.Synthesis.Parameters)
            Near.Equal(weights, loaded.Generator.Synthesis.Parameters[name], 0);
        using var before = model.Generator.Render(model.Anchors);
        using var after = loaded.Generator.Render(loaded.Anchors);
        // A loaded model is frozen for rendering: the same sums in another order.
        Near.Equal(before, after, 1e-5);
        Assert.Equal(ToyRun.Photos, loaded.Album.Count);
        using var generator = GeneratorCheckpoint.Read(Path.Combine(folder, "generator.safetensors"));
        Assert.Equal(32, generator.Config.ImgResolution);
    }

    [Fact]
    public void An_edit_moves_its_own_coordinate_and_no_other()
    {
        using var toy = new ToyRun();
        using var model = Run(toy, ToyRun.Defaults with { Passes = 1, InversionSteps = 1 }).Run(toy.Set)!;
        var editor = new SemanticEditor(model, _perceptual, new() { Tuning = new() { Steps = 3 } });
        using var photo = editor.OpenAlbum(3);
        var (target, covered) = model.Target("yaw", 5);
        Assert.True(covered);

        using var scope = NewDisposeScope();
        var plain = photo.Render([]);
        var edited = photo.Render([target]);
        Assert.Equal([1, 3, 32, 32], edited.shape);
        Assert.True((plain - edited).abs().max().item<float>() > 1e-4, "the picture did not change");
        Near.Equal(plain, photo.Render([new(0, photo.Coordinate(0))]), 1e-4);
        var error = Assert.Throws<InvalidInputException>(() => model.Target("age", 40));
        Assert.Contains("yaw, smile", error.Message);
    }

    [Fact]
    public void A_tag_keeps_its_words_and_stands_where_its_photos_stand()
    {
        using var toy = new ToyRun();
        double[] glasses = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
        using var tagged = new TrainingSet(toy.Set.Names, toy.Set.Images.clone(), toy.Set.Masks.clone(), new Dictionary<string, double[]>(toy.Set.Values) { ["glasses"] = glasses })
        {
            Labels = new Dictionary<string, IReadOnlyList<string>> { ["glasses"] = ["none", "yes"] },
        };
        using var trained = Run(toy, ToyRun.Defaults with { Attributes = [new("yaw"), new("glasses")], Passes = 2, InversionSteps = 1 }).Run(tagged)!;
        trained.Save(Path.Combine(_folder, "tagged"));
        using var model = PersonalizedModel.Load(Path.Combine(_folder, "tagged"), ComputeContext.Cpu);

        Assert.Null(model.Description.Attributes[0].Labels);
        Assert.Equal(["none", "yes"], model.Description.Attributes[1].Labels!);
        using var scope = NewDisposeScope();
        var along = (model.Anchors - model.Mean).matmul(model.Directions[1]);
        Assert.Equal(along.index_select(0, tensor([1L, 3, 5, 7, 9])).mean().item<float>(), model.Target("glasses", "yes").Coordinate, 4);
        Assert.True(model.Target("glasses", "none").Coordinate < model.Target("glasses", "yes").Coordinate);
        Assert.Contains("it has none, yes", Assert.Throws<InvalidInputException>(() => model.Target("glasses", "round")).Message);
        Assert.Contains("takes a number", Assert.Throws<InvalidInputException>(() => model.Target("yaw", "yes")).Message);
    }

    [Fact]
    public void An_attribute_that_all_photos_share_is_refused_by_name()
    {
        using var toy = new ToyRun();
        using var same = new TrainingSet(toy.Set.Names, toy.Set.Images.clone(), toy.Set.Masks.clone(), new Dictionary<string, double[]> { ["yaw"] = new double[ToyRun.Photos] });
        var error = Assert.Throws<InvalidInputException>(() => Run(toy, ToyRun.Defaults with { Attributes = [new("yaw")] }).Run(same));
        Assert.Contains("same yaw", error.Message);
    }

    public void Dispose()
    {
        _identity.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private PersonalizationRun Run(ToyRun toy, PersonalizationOptions options, Func<long>? freeMemory = null) => toy.Run(Path.Combine(_folder, "base"), options, _perceptual, _identity, freeMemory);
}

using System.Text.Json;
using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.BaseTraining;

/// <summary>Whole trainings, as small as they can be: 32 px, codes of 16, forty pictures of discs.</summary>
public sealed class TinyTrainingTests : IDisposable
{
    private static readonly AdversarialOptions Sharpening = new() { Steps = 3, WarmUp = 2, R1Every = 2 };
    private readonly TinyPictures _files = new TinyPictures().WithDiscs(40);
    private readonly TrainingPictures _pictures;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"tiny-training-{Guid.NewGuid():N}");

    public TinyTrainingTests()
    {
        File.WriteAllLines(_files.Place("index.csv"), ["file,held_out", .. Enumerable.Range(32, 8).Select(i => $"disc{i}.png,1")]);
        _pictures = TrainingPictures.Load([new PictureSource(_files.Folder)], TinyPictures.Side);
    }

    public void Dispose()
    {
        _pictures.Dispose();
        _files.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static BaseTrainingOptions Options(int steps) => new()
    {
        Resolution = 32,
        FirstResolution = 16,
        Steps = steps,
        ChannelBase = 512,
        ChannelMax = 32,
        WDim = 16,
        Components = 8,
        BatchSize = 4,
        WarmUp = 5,
        PerceptualWeight = 0,
        Exchanged = 0,
        MeasureInterval = TimeSpan.Zero,
        CheckpointInterval = TimeSpan.FromHours(1),
    };

    [Fact]
    public void A_tiny_training_lowers_its_loss_and_its_base_gives_unseen_pictures_back_better_than_their_mean()
    {
        var options = Options(64) with { BatchSize = 6, MeasureInterval = TimeSpan.FromSeconds(0.2) };
        var lines = new List<BaseTrainingProgress>();
        using (var trainer = new BaseTrainer(options, _pictures, _folder, ComputeContext.Cpu))
        {
            Assert.True(trainer.Run(lines.Add, CancellationToken.None));
            TrainedBase.Write(trainer, trainer.Generator, _pictures, Path.Combine(_folder, "base"), new("discs", "Discs", "free"));
        }
        Assert.True(lines[^1].L1 < 0.6 * lines[0].L1, $"L1 {lines[0].L1} -> {lines[^1].L1}");
        Assert.Equal((16, 32), (lines[0].Resolution, lines[^1].Resolution));

        // What the folder holds is measured anew, by the product's own readers.
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var source = BaseFolder.Open(Path.Combine(_folder, "base"));
        using var generator = source.LoadGenerator(ComputeContext.Cpu);
        using var encoder = new ResidualPcaEncoder(source.ReadEncoder()!, ComputeContext.Cpu);
        var pictures = _pictures.HeldOut.Pictures.to(ScalarType.Float32) / 127.5 - 1;
        var small = nn.functional.avg_pool2d(pictures, 2);
        var found = Psnr.Of(generator.Render(encoder.Encode(pictures)), small).mean().item<float>();
        var mean = Psnr.Of((nn.functional.avg_pool2d(_pictures.Whole!.to(ScalarType.Float32) / 127.5 - 1, 2)).mean([0], keepdim: true).expand_as(small), small).mean().item<float>();
        Assert.True(found > mean + 1, $"{found:0.0} dB against {mean:0.0} dB of the mean picture");
        Assert.Equal(lines[^1].HeldOutPsnr, found, 0.1); // the encoder on disk is halved
        Assert.Equal("free", source.Description.Licence);
    }

    [Fact]
    public void A_resumed_training_equals_an_uninterrupted_one_to_the_last_bit()
    {
        var options = Options(8);
        Train(Path.Combine(_folder, "whole"), options, null, null);
        // Stopped in the first resolution, in the second, and in the adversarial phase.
        var pieces = Path.Combine(_folder, "pieces");
        Assert.False(Train(pieces, options, 2, null));
        Assert.False(Train(pieces, options, 5, null));
        Assert.False(Train(pieces, options, null, 1));
        Assert.True(Train(pieces, options, null, null));

        foreach (var name in (string[])["checkpoint.safetensors", "adversarial.safetensors"])
        {
            using var scope = NewDisposeScope();
            var (whole, resumed) = (SafetensorsFile.Read(Path.Combine(_folder, "whole", name)), SafetensorsFile.Read(Path.Combine(pieces, name)));
            Assert.Equal(whole.Tensors.Keys.Order(), resumed.Tensors.Keys.Order());
            foreach (var (key, tensor) in whole.Tensors)
                Assert.True(tensor.bytes.SequenceEqual(resumed.Tensors[key].bytes), $"{name}: {key} differs");
            Assert.Equal(whole.Metadata["step"], resumed.Metadata["step"]);
        }
        Assert.Equal(Figures(Path.Combine(_folder, "whole")), Figures(pieces));
    }

    [Fact]
    public void Steps_that_came_after_the_checkpoint_are_done_again_and_counted_once()
    {
        Train(_folder, Options(6), 3, null);
        var history = Path.Combine(_folder, "history.jsonl");
        File.AppendAllText(history, """{"phase":"reconstruction","step":5}""" + "\n" + """{"phase":"reconstr""");
        Train(_folder, Options(6), null, null);
        Assert.Equal([1, 2, 3, 4, 5, 6], Steps(history, "reconstruction"));
    }

    [Fact]
    public void The_adversarial_phase_changes_the_generator_alone_and_keeps_reconstructions_within_its_bound()
    {
        using var trainer = new BaseTrainer(Options(12), _pictures, _folder, ComputeContext.Cpu);
        trainer.Run(null, CancellationToken.None);
        double Psnr(SynthesisNetwork network) => Reconstruction.Psnr(trainer.State.AverageEncoder, network, _pictures.HeldOut.Pictures, null, 10, 32);
        var before = Psnr(trainer.Generator);
        var encoder = trainer.State.AverageEncoder.Parameters["stem.weight"].clone();
        var lines = new List<BaseTrainingProgress>();
        using var sharper = new AdversarialTrainer(trainer, Options(12), Sharpening with { Steps = 8, LearningRate = 0.02, MostLoss = 0.5 }, _pictures, _folder, ComputeContext.Cpu);
        sharper.Run(lines.Add, CancellationToken.None);
        Near.Equal(encoder, trainer.State.AverageEncoder.Parameters["stem.weight"], 0);
        Assert.Equal(before, Psnr(trainer.Generator), 1e-6);
        Assert.All(lines, l => Assert.True(l is { AdversarialLoss: > 0, DiscriminatorLoss: > 0, Kl: null }));
        var (network, share) = sharper.Result();
        using (network)
        {
            Assert.InRange(share, 0, 1);
            Assert.True(Psnr(network) >= before - 0.5);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_shape_is_refused_and_stays()
    {
        Train(_folder, Options(3), 2, null);
        var checkpoint = Path.Combine(_folder, "checkpoint.safetensors");
        var bytes = File.ReadAllBytes(checkpoint);
        var refusal = Assert.Throws<InvalidInputException>(() => new BaseTrainer(Options(3) with { WDim = 24 }, _pictures, _folder, ComputeContext.Cpu));
        Assert.Contains("Resume with the options the training was begun with", refusal.Message);
        Assert.Equal(bytes, File.ReadAllBytes(checkpoint));
    }

    [Fact]
    public void A_training_that_leaves_the_finite_numbers_ends_and_keeps_its_last_checkpoint()
    {
        Train(_folder, Options(4), 2, null);
        var checkpoint = Path.Combine(_folder, "checkpoint.safetensors");
        var bytes = File.ReadAllBytes(checkpoint);
        using var trainer = new BaseTrainer(Options(6), _pictures, _folder, ComputeContext.Cpu);
        using (no_grad())
            trainer.State.Generator.Parameters["b4.const"].fill_(double.NaN);
        Assert.Contains("diverged", Assert.Throws<InvalidInputException>(() => trainer.Run(null, CancellationToken.None)).Message);
        Assert.Equal(bytes, File.ReadAllBytes(checkpoint));
    }

    [Fact]
    public void Codes_of_a_handful_of_pictures_start_at_a_sensible_scale()
    {
        // Forty pictures span far fewer components than a code has: the others must stay silent instead of carrying rounding.
        using var path = PrincipalPath.Fit(_pictures, 512, 400);
        using var scope = NewDisposeScope();
        var coarse = nn.functional.avg_pool2d(_pictures.Whole!.to(ScalarType.Float32) / 127.5 - 1, 2).flatten(1);
        var codes = nn.functional.linear(cat([coarse, nn.functional.avg_pool2d((_pictures.Whole!.flip(3)).to(ScalarType.Float32) / 127.5 - 1, 2).flatten(1)], 0), path.Weight, path.Bias);
        Near.Equal(zeros(512), codes.mean([0]), 1e-3);
        var variances = codes.square().mean([0]);
        // Of probabilistic principal components: 1 − σ²/λ, so no more than 1, and as much as the log variance leaves.
        Assert.InRange(variances.max().item<float>(), 0.5, 1.001);
        Assert.Equal(16, (variances > 1e-4).sum().item<long>());
        Near.Equal(variances.narrow(0, 0, 16), 1 - (path.LogVariance.narrow(0, 0, 16) + 0.05).exp(), 2e-3);
    }

    [Fact]
    public void Options_that_cannot_be_trained_are_told()
    {
        void Refused(BaseTrainingOptions options, string says) => Assert.Contains(says, Assert.Throws<InvalidInputException>(() => options.Checked()).Message);
        Refused(new() { Resolution = 48 }, "48");
        Refused(new() { FirstResolution = 12 }, "12");
        Refused(new() { WDim = 16, Components = 17 }, "17");
        Refused(new() { BatchSize = 1 }, "batch size is 1");
        Refused(new() { ChannelBase = 64, Resolution = 128 }, "channel base of 64");
        Refused(new() { Moved = 1.5 }, "between 0 and 1");
        Assert.Throws<InvalidInputException>(() => new AdversarialOptions { R1Every = 0 }.Checked());
    }

    /// <summary>Trains both phases as the verb does; stops after a number of further steps of one of them.</summary>
    private bool Train(string folder, BaseTrainingOptions options, int? stopAt, int? stopSharpeningAt)
    {
        using var trainer = new BaseTrainer(options, _pictures, folder, ComputeContext.Cpu);
        using var stop = new CancellationTokenSource();
        if (!trainer.Run(StopAt(stopAt), stop.Token))
            return false;
        using var sharper = new AdversarialTrainer(trainer, options, Sharpening, _pictures, folder, ComputeContext.Cpu);
        return sharper.Run(StopAt(stopSharpeningAt), stop.Token);

        Action<BaseTrainingProgress> StopAt(int? step) => line =>
        {
            if (line.Step == step)
                stop.Cancel();
        };
    }

    private static List<int> Steps(string history, string phase) => [.. Lines(history).Where(l => l.GetProperty("phase").GetString() == phase).Select(l => l.GetProperty("step").GetInt32())];

    /// <summary>What a history says that does not depend on the clock.</summary>
    private static List<(int Step, double L1, double HeldOut)> Figures(string folder) =>
        [.. Lines(Path.Combine(folder, "history.jsonl")).Select(l => (l.GetProperty("step").GetInt32(), l.GetProperty("l1").GetDouble(), l.GetProperty("held_out_psnr").GetDouble()))];

    private static IEnumerable<JsonElement> Lines(string history) => File.ReadLines(history).Select(line => JsonDocument.Parse(line).RootElement);
}

using System.Text.Json;
using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

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
        var options = Options(64) with { BatchSize = 6 };
        var lines = new List<BaseTrainingProgress>();
        using (var trainer = new BaseTrainer(options, _pictures, _folder, ComputeContext.Cpu))
        {
            Assert.True(trainer.Run(lines.Add, CancellationToken.None));
            TrainedBase.Write(trainer, trainer.Generator, _pictures, Path.Combine(_folder, "base"), new("discs", "Discs", "free"));
            TrainedBase.Write(trainer, trainer.Generator, _pictures, Path.Combine(_folder, "halved"), new("discs", "Discs", "free"), mostSinglePrecision: 1000);
        }
        Assert.Equal(Enumerable.Range(1, 64), lines.Select(l => l.Step));
        var (first, last) = (lines.Take(8).Average(l => l.L1), lines.TakeLast(8).Average(l => l.L1));
        Assert.True(last < 0.6 * first, $"L1 {first} -> {last}");
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

        // As a base of 256 px is kept: half the size, and the same pictures but for rounding.
        var (full, half) = (new FileInfo(Path.Combine(_folder, "base", "generator.safetensors")).Length, new FileInfo(Path.Combine(_folder, "halved", "generator.safetensors")).Length);
        Assert.InRange(half, 0.45 * full, 0.6 * full);
        using var halved = BaseFolder.Open(Path.Combine(_folder, "halved")).LoadGenerator(ComputeContext.Cpu);
        Near.Equal(generator.Render(encoder.Encode(pictures)), halved.Render(encoder.Encode(pictures)), 1e-2);
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
        var (network, share, psnr) = sharper.Result();
        using (network)
        {
            Assert.Equal(psnr, Psnr(network), 1e-6);
            Assert.True(psnr >= before - 0.5);
            // The kept weights lie on the line between those before and after, as far along as is said.
            var (start, end) = (trainer.State.AverageGenerator.Parameters, sharper.Average.Parameters);
            foreach (var (name, tensor) in network.Parameters)
                Near.Equal(start[name] + (end[name] - start[name]) * share, tensor, 1e-5);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1000.0)]
    public void As_much_of_the_adversarial_phase_is_kept_as_its_bound_allows(double mostLoss)
    {
        using var trainer = new BaseTrainer(Options(12), _pictures, _folder, ComputeContext.Cpu);
        trainer.Run(null, CancellationToken.None);
        // Nothing but a discriminator that knows little yet: reconstructions get worse with every step.
        var options = Sharpening with { Steps = 20, LearningRate = 0.05, Weight = 100, FeatureMatching = 0, MostLoss = mostLoss };
        using var sharper = new AdversarialTrainer(trainer, Options(12), options, _pictures, _folder, ComputeContext.Cpu);
        sharper.Run(null, CancellationToken.None);
        Assert.True(Reconstruction.Psnr(trainer.State.AverageEncoder, sharper.Average, _pictures.HeldOut.Pictures, null, 10, 32) < trainer.HeldOutPsnr());
        var (network, share, psnr) = sharper.Result();
        using (network)
            if (mostLoss > 0)
                Assert.Equal(1, share);
            else
                Assert.True(share < 1 && psnr >= trainer.HeldOutPsnr(), $"{share} of the phase is kept, at {psnr} dB");
    }

    [Fact]
    public void Steps_that_are_added_keep_the_resolution_and_sharpen_anew()
    {
        Train(_folder, Options(8), null, null);
        Assert.Equal([1, 2, 3], Steps(Path.Combine(_folder, "history.jsonl"), "adversarial"));
        // 8 of 32 steps lie before the second resolution: it had been reached, and is not left again.
        var lines = new List<BaseTrainingProgress>();
        using (var trainer = new BaseTrainer(Options(32), _pictures, _folder, ComputeContext.Cpu))
        {
            Assert.True(trainer.Run(lines.Add, CancellationToken.None));
            using var sharper = new AdversarialTrainer(trainer, Options(32), Sharpening, _pictures, _folder, ComputeContext.Cpu);
            Assert.Equal(0, sharper.Step);
            Assert.True(sharper.Run(lines.Add, CancellationToken.None));
        }
        Assert.All(lines, line => Assert.Equal(32, line.Resolution));
        Assert.Equal([1, 2, 3], Steps(Path.Combine(_folder, "history.jsonl"), "adversarial"));
        // What is complete is taken up as it is.
        using var complete = new BaseTrainer(Options(32), _pictures, _folder, ComputeContext.Cpu);
        using var again = new AdversarialTrainer(complete, Options(32), Sharpening, _pictures, _folder, ComputeContext.Cpu);
        Assert.Equal((32, 3), (complete.Step, again.Step));
    }

    [Fact]
    public void Masks_do_not_tell_made_pictures_from_real_ones()
    {
        using var files = new TinyPictures().WithDiscs(40);
        using var cut = new TinyPictures().WithDiscs(40, transparentLeft: true);
        using var pictures = TrainingPictures.Load([new PictureSource(files.Folder), new PictureSource(cut.Folder)], TinyPictures.Side);
        var options = Options(1) with { BatchSize = 8, Moved = 0 };
        using var trainer = new BaseTrainer(options, pictures, _folder, ComputeContext.Cpu);
        using var sharper = new AdversarialTrainer(trainer, options, Sharpening, pictures, _folder, ComputeContext.Cpu);
        using var scope = NewDisposeScope();
        using var random = new RandomSource(4);
        var batch = new BatchSampler(pictures, options, CPU).Draw(32, random, plain: true);
        Assert.Equal(0.875, batch.Mask.mean().item<float>(), 1e-6); // half of them lack a quarter
        var (codes, masks) = sharper.Codes(batch, random);
        Assert.Equal((12, 12), (codes.shape[0], masks.shape[0]));
        Assert.Equal(0.875, masks.mean().item<float>(), 1e-6);
    }

    [Fact]
    public void A_checkpoint_of_other_options_or_pictures_is_refused_and_stays()
    {
        Train(_folder, Options(3), 2, null);
        var checkpoint = Path.Combine(_folder, "checkpoint.safetensors");
        var bytes = File.ReadAllBytes(checkpoint);
        void Refused(BaseTrainingOptions options, string says) =>
            Assert.Contains(says, Assert.Throws<InvalidInputException>(() => new BaseTrainer(options, _pictures, _folder, ComputeContext.Cpu)).Message);
        Refused(Options(3) with { WDim = 24 }, "was begun with w dim 16, and now it is 24. Resume with the options and pictures the training was begun with");
        Refused(Options(3) with { Seed = 2 }, "seed 1, and now it is 2");
        Refused(Options(3) with { KlWeight = 0.5 }, "kl weight 0.0001, and now it is 0.5");
        using var fewer = new TinyPictures().WithDiscs(36);
        using var others = TrainingPictures.Load([new PictureSource(fewer.Folder)], TinyPictures.Side);
        Assert.Contains("whole pictures 32, and now it is 35", Assert.Throws<InvalidInputException>(() => new BaseTrainer(Options(3), others, _folder, ComputeContext.Cpu)).Message);
        Assert.Equal(bytes, File.ReadAllBytes(checkpoint));
        new BaseTrainer(Options(9) with { MeasureInterval = TimeSpan.FromHours(1) }, _pictures, _folder, ComputeContext.Cpu).Dispose(); // how long and what is told may change
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

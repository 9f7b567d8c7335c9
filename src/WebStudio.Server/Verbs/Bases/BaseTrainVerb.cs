using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using WebStudio.Server.Verbs.Generators;
using WebStudio.Server.Verbs.Models;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Bases;

/// <summary>base train: pictures go in, a generator with its encoder comes out, as a base folder that albums can be personalised from.</summary>
internal sealed class BaseTrainVerb : Verb
{
    private const string BaseSubfolder = "base", CheckpointFile = "checkpoint.safetensors";
    private const double AdversarialShare = 0.15;
    private static readonly BaseTrainingOptions Defaults = new();

    private readonly Option<string[]> _images = PictureSources.Option("Folders or tar archives of aligned square pictures; transparency marks what is not to be learnt");
    private readonly Option<string> _out = new("--out") { Description = $"Folder for checkpoint, history and sheets; the finished base goes into {BaseSubfolder} in it", HelpName = "DIR", Required = true };
    private readonly Option<int?> _resolution = NumberOption.Create("--resolution", $"Side of the pictures in pixels, a power of two; {Defaults.Resolution}", 32, 1024);
    private readonly Option<int?> _first = NumberOption.Create("--first-resolution", $"Side at which training begins, a power of two; {Defaults.FirstResolution}", 8, 1024);
    private readonly Option<double?> _hours = NumberOption.Create("--hours", $"Hours of work in all; {Defaults.Hours}", 0.001, 10_000.0);
    private readonly Option<int?> _steps = NumberOption.Create("--steps", "Steps in all, in place of --hours", 1, 100_000_000);
    private readonly Option<double?> _adversarialHours = NumberOption.Create("--adversarial-hours", $"Hours of the adversarial phase after it, which makes pictures sharper, 0 for none; {100 * AdversarialShare} % of --hours", 0.0, 10_000.0);
    private readonly Option<int?> _adversarialSteps = NumberOption.Create("--adversarial-steps", "Steps of the adversarial phase, in place of --adversarial-hours", 1, 100_000_000);
    private readonly Option<int?> _batch = NumberOption.Create("--batch", $"Pictures of a step; {Defaults.BatchSize}", 2, 512);
    private readonly Option<int?> _channels = NumberOption.Create("--channel-base", $"Feature maps are this / resolution; {Defaults.ChannelBase}", 256, 65_536);
    private readonly Option<double?> _kl = NumberOption.Create("--kl", $"Weight that draws codes to a normal distribution; {Defaults.KlWeight}", 0.0, 1.0);
    private readonly Option<double?> _features = NumberOption.Create("--face-features", $"Weight of face features; 0 for pictures of other things; {Defaults.PerceptualWeight}", 0.0, 100.0);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Seed of weights and order", 0, int.MaxValue);
    private readonly Option<string> _name = new("--name") { Description = "Name of the base", HelpName = "NAME", DefaultValueFactory = _ => "base" };
    private readonly Option<string?> _licence = new("--licence") { Description = "Terms that follow from the pictures; kept with the base", HelpName = "TEXT" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint in --out" };
    private readonly Option<string> _device = DeviceOption.Create();

    public BaseTrainVerb() : base("train", "Train a base model from pictures")
    {
        foreach (var option in (Option[])[_images, _out, _resolution, _first, _hours, _steps, _adversarialHours, _adversarialSteps, _batch, _channels, _kl, _features, _seed, _name, _licence, _resume, _device])
            Add(option);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var folder = arguments.GetRequiredValue(_out);
        var options = Read(arguments).Checked();
        var adversarial = Adversarial(arguments, options).Checked();
        var target = Path.Combine(folder, BaseSubfolder);
        var sources = PictureSources.Open(arguments.GetRequiredValue(_images));
        RequireBeginning(folder, target, arguments.GetValue(_resume), sources);

        var context = ModelContext.ForTraining(arguments.GetRequiredValue(_device), options.Seed);
        console.Line("Reading pictures …");
        using var pictures = TrainingPictures.Load(sources, Math.Max(options.Resolution, ResidualPcaEncoder.InputResolution), console.Note);
        console.Line($"{pictures.Count} pictures to train on, {pictures.HeldOut.Count} held out ({pictures.HeldOut.People} people).");
        using var trainer = new BaseTrainer(options, pictures, folder, context);
        if (!trainer.Run(line => console.Progress(Line(line)), stop))
            return Stopped(console, trainer.Step);
        if (!adversarial.Wanted)
            return Finish(trainer.Generator, trainer.HeldOutPsnr(), 0);

        using var sharper = new AdversarialTrainer(trainer, options, adversarial, pictures, folder, context);
        if (!sharper.Run(line => console.Progress(Line(line)), stop))
            return Stopped(console, sharper.Step);
        var (network, share, psnr) = sharper.Result();
        using (network)
        {
            var why = share < 1 ? FormattableString.Invariant($": more would cost over {adversarial.MostLoss} dB of held-out reconstructions") : "";
            console.Line(FormattableString.Invariant($"{share:0%} of the adversarial phase is kept{why}."));
            return Finish(network, psnr, share);
        }

        int Finish(SynthesisNetwork generator, double heldOutPsnr, double kept)
        {
            var words = new TrainedBaseWords(arguments.GetRequiredValue(_name), FormattableString.Invariant($"Base of {options.Resolution} px, trained on {pictures.Count} pictures in {trainer.Step} steps"), arguments.GetValue(_licence));
            TrainedBase.Write(trainer, generator, pictures, target, words);
            if (options.PerceptualWeight > 0)
                Measure(BaseFolder.Open(target), context, console, stop);
            console.Line($"Base written to {target}.");
            console.Answer(new { Folder = target, trainer.Step, Pictures = pictures.Count, HeldOutPsnr = heldOutPsnr, AdversarialShare = kept });
            return ExitCode.Ok;
        }
    }

    private BaseTrainingOptions Read(ParseResult arguments) => new()
    {
        Resolution = arguments.GetValue(_resolution) ?? Defaults.Resolution,
        FirstResolution = arguments.GetValue(_first) ?? Defaults.FirstResolution,
        Hours = arguments.GetValue(_hours) ?? Defaults.Hours,
        Steps = arguments.GetValue(_steps),
        BatchSize = arguments.GetValue(_batch) ?? Defaults.BatchSize,
        ChannelBase = arguments.GetValue(_channels) ?? Defaults.ChannelBase,
        KlWeight = arguments.GetValue(_kl) ?? Defaults.KlWeight,
        PerceptualWeight = arguments.GetValue(_features) ?? Defaults.PerceptualWeight,
        Exchanged = arguments.GetValue(_features) == 0 ? 0 : Defaults.Exchanged,
        Seed = arguments.GetValue(_seed) ?? Defaults.Seed,
    };

    private AdversarialOptions Adversarial(ParseResult arguments, BaseTrainingOptions options) => new()
    {
        Hours = arguments.GetValue(_adversarialHours) ?? options.Hours * AdversarialShare,
        Steps = arguments.GetValue(_adversarialSteps) ?? (arguments.GetValue(_adversarialHours) is null && options.Steps is { } steps ? (int)(steps * AdversarialShare) : null),
    };

    /// <summary>Told now, not after hours.</summary>
    private static void RequireBeginning(string folder, string target, bool resumes, IReadOnlyList<PictureSource> sources)
    {
        if (sources.Any(source => source.Holds(folder)))
            throw new InvalidInputException($"{folder} lies within the pictures to learn from, and sheets that are written there would be learnt: name another --out.");
        if (File.Exists(Path.Combine(folder, CheckpointFile)) != resumes)
            throw new InvalidInputException(resumes ? $"{folder} holds no checkpoint to go on from." : $"{folder} holds a training already: add --resume to go on with it, or name another folder.");
        if (Directory.Exists(target))
            throw new InvalidInputException($"{target} is there already: this training is complete. To train it further, move that folder away and add hours.");
    }

    private static int Stopped(VerbConsole console, int steps)
    {
        console.Note($"Stopped after {steps} steps; the same command with --resume goes on.");
        return ExitCode.Stopped;
    }

    /// <summary>A base of faces brings what it knows of attributes. One whose pictures show no measurable face is a base all the same.</summary>
    private static void Measure(BaseFolder source, ComputeContext context, VerbConsole console, CancellationToken stop)
    {
        try
        {
            AttributeKnowledge.Measure(source, new(), context, console, stop).Prior.Dispose();
            AttributeKnowledge.FitBoundaries(source, new(), context, console, stop).Dispose();
        }
        catch (InvalidInputException e)
        {
            console.Note($"note: attributes were not measured. {e.Message}");
        }
        catch (OperationCanceledException)
        {
            console.Note($"note: the base is complete; attributes were not measured: generator measure {source.Folder}, generator boundaries {source.Folder}.");
        }
    }

    private static ProgressLine Line(BaseTrainingProgress status)
    {
        List<string> details =
        [
            FormattableString.Invariant($"{status.Share:0.0%} at {status.Resolution} px"), FormattableString.Invariant($"held out {status.HeldOutPsnr:0.00} dB"), FormattableString.Invariant($"trained {status.TrainingPsnr:0.00} dB"),
            FormattableString.Invariant($"{status.PicturesPerSecond:0.0} pictures/s"), FormattableString.Invariant($"L1 {status.L1:0.0000}"), FormattableString.Invariant($"perceptual {status.Perceptual:0.000}"),
        ];
        if (status.Kl is { } kl)
            details.Add(FormattableString.Invariant($"KL {kl:0}"));
        if (status is { AdversarialLoss: { } generator, DiscriminatorLoss: { } discriminator })
            details.Add(FormattableString.Invariant($"adversarial {generator:0.00} against {discriminator:0.00}"));
        return new(status.Phase == BaseTrainingProgress.Adversarial ? "sharpening" : "training", "step", status.Step, null, TimeSpan.FromSeconds(status.Seconds), details);
    }
}

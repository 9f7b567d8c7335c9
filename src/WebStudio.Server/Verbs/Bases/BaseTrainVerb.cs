using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Verbs.Models;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Bases;

/// <summary>base train: pictures go in, a generator with its encoder comes out, as a base folder that albums can be personalised from.</summary>
internal sealed class BaseTrainVerb : Verb
{
    private const string BaseSubfolder = "base", CheckpointFile = "checkpoint.safetensors";
    private static readonly BaseTrainingOptions Defaults = new();

    private readonly Option<string[]> _images = new("--images") { Description = "Folders or tar archives of aligned square pictures; transparency marks what is not to be learnt", HelpName = "DIR|TAR", Required = true, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _out = new("--out") { Description = $"Folder for checkpoint, history and sheets; the finished base goes into {BaseSubfolder} in it", HelpName = "DIR", Required = true };
    private readonly Option<int?> _resolution = NumberOption.Create("--resolution", $"Side of the pictures in pixels, a power of two; {Defaults.Resolution}", 32, 1024);
    private readonly Option<double?> _hours = NumberOption.Create("--hours", $"Hours of work in all; {Defaults.Hours}", 0.001, 10_000.0);
    private readonly Option<int?> _steps = NumberOption.Create("--steps", "Steps in all, in place of --hours", 1, 100_000_000);
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
        foreach (var option in (Option[])[_images, _out, _resolution, _hours, _steps, _batch, _channels, _kl, _features, _seed, _name, _licence, _resume, _device])
            Add(option);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var folder = arguments.GetRequiredValue(_out);
        var options = new BaseTrainingOptions
        {
            Resolution = arguments.GetValue(_resolution) ?? Defaults.Resolution,
            Hours = arguments.GetValue(_hours) ?? Defaults.Hours,
            Steps = arguments.GetValue(_steps),
            BatchSize = arguments.GetValue(_batch) ?? Defaults.BatchSize,
            ChannelBase = arguments.GetValue(_channels) ?? Defaults.ChannelBase,
            KlWeight = arguments.GetValue(_kl) ?? Defaults.KlWeight,
            PerceptualWeight = arguments.GetValue(_features) ?? Defaults.PerceptualWeight,
            Seed = arguments.GetValue(_seed) ?? Defaults.Seed,
        }.Checked();
        var resumes = arguments.GetValue(_resume);
        if (File.Exists(Path.Combine(folder, CheckpointFile)) != resumes)
            throw new InvalidInputException(resumes ? $"{folder} holds no checkpoint to go on from." : $"{folder} holds a training already: add --resume to go on with it, or name another folder.");
        var target = Path.Combine(folder, BaseSubfolder);
        if (Directory.Exists(target))
            throw new InvalidInputException($"{target} is there already: this training is complete.");

        console.Line("Reading pictures …");
        using var pictures = TrainingPictures.Load([.. arguments.GetRequiredValue(_images).Select(path => new PictureSource(path))], Math.Max(options.Resolution, ResidualPcaEncoder.InputResolution), console.Note);
        console.Line($"{pictures.Count} pictures to train on, {pictures.HeldOut.shape[0]} held out.");
        var context = ModelContext.ForTraining(arguments.GetRequiredValue(_device), options.Seed);
        using var trainer = new BaseTrainer(options, pictures, folder, context);
        BaseTrainingProgress? last = null;
        var complete = trainer.Run(line => console.Progress(Line(last = line)), stop);
        if (!complete)
        {
            console.Note($"Stopped after {trainer.Step} steps; the same command with --resume goes on.");
            return ExitCode.Stopped;
        }
        TrainedBase.Write(trainer, pictures, target, arguments.GetRequiredValue(_name), FormattableString.Invariant($"Base of {options.Resolution} px, trained on {pictures.Count} pictures in {trainer.Step} steps"), arguments.GetValue(_licence), options, context);
        console.Line($"Base written to {target}. What it knows of attributes: generator measure {target}; directions for comparisons: generator boundaries {target}.");
        console.Answer(new { Folder = target, trainer.Step, Pictures = pictures.Count, last!.HeldOutPsnr, last.Kl });
        return ExitCode.Ok;
    }

    private static ProgressLine Line(BaseTrainingProgress status) => new("training", "step", status.Step, null, TimeSpan.FromSeconds(status.Seconds),
    [
        FormattableString.Invariant($"{status.Share:0.0%} at {status.Resolution} px"), FormattableString.Invariant($"held out {status.HeldOutPsnr:0.00} dB"), FormattableString.Invariant($"trained {status.TrainingPsnr:0.00} dB"),
        FormattableString.Invariant($"{status.PicturesPerSecond:0.0} pictures/s"), FormattableString.Invariant($"L1 {status.L1:0.0000}"), FormattableString.Invariant($"perceptual {status.Perceptual:0.000}"), FormattableString.Invariant($"KL {status.Kl:0}"),
    ]);
}

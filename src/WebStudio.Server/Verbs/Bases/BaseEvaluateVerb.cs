using System.CommandLine;
using System.Diagnostics;
using WebStudio.Gpu.BaseTraining;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Verbs.Models;
using WebStudio.Server.Verbs.Options;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Bases;

/// <summary>base evaluate: how well bases give back pictures that they have not seen, side by side.</summary>
internal sealed class BaseEvaluateVerb : Verb
{
    private const int Columns = 8;
    private static readonly BaseMeasurementOptions Defaults = new();

    private readonly Argument<string[]> _bases = new("BASE") { Description = "Base folders; without any the built-in base", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _images = PictureSources.Option("Folders or tar archives as base train takes them; only what they hold out is used");
    private readonly Option<int?> _pictures = NumberOption.Create("--pictures", $"Held-out pictures that are given back, one of each person first; {Defaults.Pictures}", 2, 100_000);
    private readonly Option<int?> _steps = NumberOption.Create("--refine-steps", $"Steps of refinement in W; {Defaults.RefinementSteps}", 0, 100_000);
    private readonly Option<int?> _samples = NumberOption.Create("--samples", $"Random pictures for the Fréchet distance; {Defaults.Samples}", 16, 1_000_000);
    private readonly Option<double?> _psi = NumberOption.Create("--psi", $"Truncation of the random pictures; {Defaults.Psi}", 0.0, 2.0);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Seed of the random pictures", 0, int.MaxValue);
    private readonly Option<string?> _sheets = new("--sheets") { Description = "Folder for pictures to look at: reconstructions-N.png and samples-N.png for the N-th base", HelpName = "DIR" };
    private readonly Option<string> _device = DeviceOption.Create();

    public BaseEvaluateVerb() : base("evaluate", "Measure bases on held-out pictures: reconstruction, identity, random pictures")
    {
        Add(_bases);
        foreach (var option in (Option[])[_images, _pictures, _steps, _samples, _psi, _seed, _sheets, _device])
            Add(option);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var bases = (arguments.GetValue(_bases) is { Length: > 0 } named ? named : [BaseFolder.BuiltIn]).Select(BaseFolder.Open).ToList();
        var sources = PictureSources.Open(arguments.GetRequiredValue(_images));
        var context = ModelContext.ForTraining(arguments.GetRequiredValue(_device));
        var options = new BaseMeasurementOptions
        {
            Pictures = arguments.GetValue(_pictures) ?? Defaults.Pictures,
            RefinementSteps = arguments.GetValue(_steps) ?? Defaults.RefinementSteps,
            Samples = arguments.GetValue(_samples) ?? Defaults.Samples,
            Psi = arguments.GetValue(_psi) ?? Defaults.Psi,
            Seed = arguments.GetValue(_seed) ?? Defaults.Seed,
        };
        using var identity = new FaceFeatureDistance(context);
        var all = new List<BaseFigures>();
        foreach (var (source, n) in bases.Select((source, n) => (source, n + 1)))
        {
            var clock = Stopwatch.StartNew();
            using var heldOut = HeldOutPictures.Load(sources, Math.Max(source.Description.Generator.ImgResolution, ResidualPcaEncoder.InputResolution), console.Note);
            var measurement = new BaseMeasurement(source, options, context, identity) { Examples = arguments.GetValue(_sheets) is { } folder ? examples => WriteSheets(folder, n, examples) : null };
            var figures = measurement.Of(heldOut, status => console.Progress(new(status.Stage, "picture", status.Done, status.Total, clock.Elapsed, [])), stop);
            all.Add(figures);
            foreach (var line in Lines(source, figures, options))
                console.Line(line);
        }
        console.Answer(new { Bases = bases.Zip(all, (source, figures) => new { source.Folder, source.Description.Name, Figures = figures }), options.RefinementSteps, options.Samples, options.Psi });
        return ExitCode.Ok;
    }

    private static IEnumerable<string> Lines(BaseFolder source, BaseFigures f, BaseMeasurementOptions options) =>
    [
        FormattableString.Invariant($"{source.Description.Name} ({source.Folder}), {f.Resolution} px, {f.Pictures} held-out pictures"),
        FormattableString.Invariant($"  encoder             {f.Encoded.Psnr:0.00} dB, identity {f.Encoded.Identity:0.000}, perceptual distance {f.Encoded.Perceptual:0.000}"),
        FormattableString.Invariant($"  after {options.RefinementSteps,4} steps    {f.Refined.Psnr:0.00} dB, identity {f.Refined.Identity:0.000}, perceptual distance {f.Refined.Perceptual:0.000} ({f.RefinementSeconds:0.0} s a picture)"),
        FormattableString.Invariant($"  two other people    identity {f.OtherPeople:0.000}"),
        double.IsNaN(f.Frechet) ? "  random pictures     none: the base has no mapping from z" : FormattableString.Invariant($"  random pictures     Fréchet distance {f.Frechet:0.0000} in face embeddings ({options.Samples} at psi {options.Psi})"),
    ];

    private static void WriteSheets(string folder, int n, BaseExamples examples)
    {
        var rows = Enumerable.Range(0, ((int)examples.Targets.shape[0] + Columns - 1) / Columns)
            .SelectMany(row => ((Tensor[])[examples.Targets, examples.Encoded, examples.Refined]).SelectMany(pictures => Row(pictures, row)));
        Save(Path.Combine(folder, $"reconstructions-{n}.png"), rows);
        if (examples.Random is { } random)
            Save(Path.Combine(folder, $"samples-{n}.png"), Row(random, 0, (int)random.shape[0]));
    }

    private static IEnumerable<Tensor> Row(Tensor pictures, int row, int columns = Columns) => Enumerable.Range(row * columns, Math.Min(columns, (int)pictures.shape[0] - row * columns)).Select(i => pictures[i]);

    private static void Save(string path, IEnumerable<Tensor> pictures) =>
        ImageFile.Write(path, ContactSheet.Compose([.. pictures.Select(RgbImage.FromTensor)], new() { Columns = Columns }));
}

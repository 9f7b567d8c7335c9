using System.Diagnostics;
using System.Globalization;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Benchmarks.PhotoOpening;

/// <summary>
/// How long a photo that a model has not seen takes to be ready for its sliders, how well it is shown then, and whether it still obeys: photo-opening --model FOLDER --photos FOLDER [--steps 250] [--tuning 50] [--rate 0.001]
/// [--l2 5].
/// </summary>
internal static class OpeningRun
{
    public static int Run(string[] arguments)
    {
        string? Value(string name) => Array.IndexOf(arguments, name) is >= 0 and var i && i + 1 < arguments.Length ? arguments[i + 1] : null;
        double? Number(string name) => Value(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        if (Value("--model") is not { } modelFolder || Value("--photos") is not { } photos)
        {
            Console.Error.WriteLine("photo-opening --model FOLDER --photos FOLDER [--steps N] [--tuning N] [--rate R] [--l2 W]");
            return 2;
        }
        var options = new SemanticEditorOptions();
        options = options with
        {
            Projection = options.Projection with { Steps = (int)(Number("--steps") ?? options.Projection.Steps), L2Weight = Number("--l2") ?? options.Projection.L2Weight },
            Tuning = options.Tuning with { Steps = (int)(Number("--tuning") ?? options.Tuning.Steps), LearningRate = Number("--rate") ?? options.Tuning.LearningRate },
        };
        var context = new ComputeContext(CPU, ScalarType.BFloat16);
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(modelFolder, context);
        using var analyzer = new FaceAnalyzer(context);
        using var features = new FaceFeatureDistance(context);
        var opener = new PhotoOpener(model, analyzer, features, options);
        var rows = new List<(double Psnr, double Identity, double Seconds)>();
        foreach (var file in Directory.EnumerateFiles(photos).Order())
        {
            var clock = Stopwatch.StartNew();
            using var opened = opener.Open(opener.Find(ImageFile.Read(file), file, anybody: true));
            rows.Add((opened.Psnr, opened.Identity, clock.Elapsed.TotalSeconds));
            var moved = model.Description.Attributes.Select((a, m) =>
            {
                using var one = NewDisposeScope();
                var ends = ((double[])[a.Minimum, a.Maximum]).Select(c => analyzer.MeasureAligned(opened.Photo.Render([new CoordinateTarget(m, c)]).clamp(-1, 1))[0][Enum.Parse<FaceAttribute>(a.Name, ignoreCase: true)]).ToArray();
                return string.Create(CultureInfo.InvariantCulture, $"{a.Name} {ends[0]:0} to {ends[1]:0}");
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file),-12} {opened.Psnr:0.0} dB  identity {opened.Identity:0.000}  {clock.Elapsed.TotalSeconds:0.0} s  {string.Join(", ", moved)}"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean         {rows.Average(r => r.Psnr):0.0} dB  identity {rows.Average(r => r.Identity):0.000}  {rows.Average(r => r.Seconds):0.0} s"));
        return 0;
    }
}

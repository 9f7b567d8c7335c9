using System.Diagnostics;
using System.Globalization;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Benchmarks.Enhancement;

/// <summary>
/// What enhancement is worth on photos that a model has not seen: a quarter of the face hidden, and eight times smaller; beside Telea's or bicubic filling and beside the same search in the base model without
/// personalisation. enhancement --model FOLDER --photos FOLDER [--pictures FOLDER] [--lambda 1].
/// </summary>
internal static class EnhancementRun
{
    private const int BaseSamples = 128;

    // Shares of an FFHQ crop: mouth and nose; one eye and cheek.
    private static readonly (double Left, double Top, double Right, double Bottom)[] Holes = [(0.32, 0.55, 0.68, 0.85), (0.22, 0.38, 0.52, 0.70)];

    private sealed class Sums
    {
        public double Distance, Identity, Psnr, Seconds;
        public int Count;
    }

    public static int Run(string[] arguments)
    {
        string? Value(string name) => Array.IndexOf(arguments, name) is >= 0 and var i && i + 1 < arguments.Length ? arguments[i + 1] : null;
        if (Value("--model") is not { } modelFolder || Value("--photos") is not { } photos)
        {
            Console.Error.WriteLine("enhancement --model FOLDER --photos FOLDER [--pictures FOLDER]");
            return 2;
        }
        var context = new ComputeContext(CPU, ScalarType.BFloat16);
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(modelFolder, context);
        using var analyzer = new FaceAnalyzer(context);
        using var features = new FaceFeatureDistance(context);
        var options = Options(arguments);
        var finder = new PhotoOpener(model, analyzer, features, new());
        var ours = new ImageEnhancer(model, features, options);
        var source = BaseFolder.Open(Value("--base") ?? BaseFolder.BuiltIn);
        using var baseGenerator = source.LoadGenerator(context);
        var samples = baseGenerator.Mapping!.Map(randn([BaseSamples, source.Description.Generator.ZDim], generator: new Generator(1)), 1).select(1, 0);
        var plain = new ImageEnhancer(baseGenerator.Synthesis, new DilatedHull(samples), model.Directions, features, options);
        var table = new Dictionary<(string Task, string Method), Sums>();
        var smiles = new List<(double Wanted, double Measured)>();
        foreach (var file in Directory.EnumerateFiles(photos).Order())
        {
            using var photo = NewDisposeScope();
            var aligned = finder.Find(ImageFile.Read(file), file, anybody: true).Aligned.Image;
            var truth = aligned.ToTensor().unsqueeze(0);
            foreach (var (task, damage) in Tasks(aligned))
            {
                using var damaged = DamagedPhoto.Aligned(aligned, file, damage, aligned.Width);
                void Count(string method, Func<RgbImage> make)
                {
                    var clock = Stopwatch.StartNew();
                    var picture = make();
                    var sums = table.TryGetValue((task, method), out var known) ? known : table[(task, method)] = new();
                    sums.Seconds += clock.Elapsed.TotalSeconds;
                    using var one = NewDisposeScope();
                    using var noGrad = no_grad();
                    var made = picture.ToTensor().unsqueeze(0);
                    using var target = features.Prepare(truth);
                    sums.Distance += features.Distance(made, target).item<float>();
                    sums.Identity += nn.functional.cosine_similarity(features.Embed(made), features.Embed(truth), 1, 1e-8).item<float>();
                    sums.Psnr += Psnr.Of(made, truth, ones_like(truth.slice(1, 0, 1, 1))).item<float>();
                    sums.Count++;
                    if (Value("--pictures") is { } folder)
                        ImageFile.Write(Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}-{task.Replace(' ', '-')}-{method.Split(' ')[0]}.png"), picture);
                }
                RgbImage Enhanced(ImageEnhancer enhancer, IReadOnlyList<CoordinateTarget> targets)
                {
                    using var result = enhancer.Enhance(damaged.Observed, damaged.Mask, damaged.Degradation, targets);
                    return damaged.Face(result.Picture);
                }
                Count("personalised", () => Enhanced(ours, []));
                Count("base alone", () => Enhanced(plain, []));
                Count(damage.Kind == Damage.Missing ? "Telea" : "bicubic", () => damage.Kind == Damage.Missing ? Telea.Fill(RgbImage.FromTensor(damaged.Observed[0]), damage.Missing!) : RgbImage.FromTensor(damaged.Observed[0]));
                Count("untouched photo", () => aligned);
                if (damage.Kind == Damage.Missing && task.EndsWith('1'))
                    foreach (var share in (double[])[0.1, 0.5, 0.9])
                    {
                        var smile = model.Description.Attributes[model.AttributeIndex("smile")];
                        var wanted = smile.Range.Minimum + share * (smile.Range.Maximum - smile.Range.Minimum);
                        var picture = Enhanced(ours, [model.Target("smile", wanted).Target]);
                        smiles.Add((wanted, analyzer.MeasureAligned(picture.ToTensor().unsqueeze(0))[0][FaceAttribute.Smile]));
                        if (Value("--pictures") is { } folder)
                            ImageFile.Write(Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}-smile-{share:0.0}.png"), picture);
                    }
            }
        }
        foreach (var ((task, method), s) in table.OrderBy(t => t.Key.Task).ThenBy(t => t.Value.Distance))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task,-16} {method,-16} distance {s.Distance / s.Count:0.000}  identity {s.Identity / s.Count:0.000}  PSNR {s.Psnr / s.Count:0.0} dB  {s.Seconds / s.Count:0.0} s  (n={s.Count})"));
        foreach (var group in smiles.GroupBy(s => s.Wanted))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hole with smile {group.Key:0} %: measured {group.Average(s => s.Measured):0.0} % (n={group.Count()})"));
        return 0;
    }

    private static ImageEnhancerOptions Options(string[] arguments)
    {
        double? Number(string name) => Array.IndexOf(arguments, name) is >= 0 and var i && i + 1 < arguments.Length ? double.Parse(arguments[i + 1], CultureInfo.InvariantCulture) : null;
        var options = new ImageEnhancerOptions();
        return options with
        {
            Lambda = Number("--lambda") ?? options.Lambda,
            StartAnchors = (int)(Number("--start") ?? options.StartAnchors),
            Projection = options.Projection with { Steps = (int)(Number("--steps") ?? options.Projection.Steps), L2Weight = Number("--l2") ?? options.Projection.L2Weight },
            Tuning = options.Tuning with { Steps = (int)(Number("--tuning") ?? options.Tuning.Steps), LearningRate = Number("--rate") ?? options.Tuning.LearningRate },
        };
    }

    private static IEnumerable<(string Task, DamageDescription Damage)> Tasks(RgbImage face)
    {
        var size = face.Width;
        for (var h = 0; h < Holes.Length; h++)
        {
            var hole = Holes[h];
            yield return ($"hole {h + 1}", new(Damage.Missing, 0, [.. Enumerable.Range(0, size * size).Select(i => i % size >= hole.Left * size && i % size < hole.Right * size && i / size >= hole.Top * size && i / size < hole.Bottom * size)]));
        }
        yield return ("8 times smaller", new(Damage.Small, 8));
    }
}

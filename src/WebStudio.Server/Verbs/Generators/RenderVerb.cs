using System.CommandLine;
using System.Diagnostics;
using TorchSharp;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.StyleGan;
using WebStudio.Server.Verbs.Options;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>generator render: w → pictures as a tensor.</summary>
internal sealed class RenderVerb : Verb
{
    private const int Batch = 4;

    private readonly Argument<string> _file = GeneratorSource.Argument();
    private readonly Option<string> _codes = new("--codes") { Description = "safetensors file with w [N, w_dim] or [N, num_ws, w_dim]", HelpName = "FILE", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "safetensors file for images [N, 3, H, W], about -1 to 1", HelpName = "FILE", Required = true };
    private readonly Option<string> _noise = ChoiceOption.Create("--noise", "Source of the noise maps", "const", "none", "random");
    private readonly Option<double?> _truncation = NumberOption.Create("--truncation", "Pull the codes towards the mean: 1 leaves them, 0 gives the mean face", -10.0, 10.0);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Seed of --noise random", 0, int.MaxValue);
    private readonly Option<string> _device = DeviceOption.Create();

    public RenderVerb() : base("render", "Render codes w to pictures")
    {
        Add(_file);
        Add(_codes);
        Add(_out);
        Add(_noise);
        Add(_truncation);
        Add(_seed);
        Add(_device);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var target = arguments.GetRequiredValue(_out);
        var noise = Enum.Parse<NoiseMode>(arguments.GetRequiredValue(_noise), ignoreCase: true);
        var context = DeviceOption.Open(arguments.GetRequiredValue(_device), arguments.GetValue(_seed) ?? 0);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var generator = GeneratorSource.Open(arguments.GetRequiredValue(_file)).Load(context);
        var config = generator.Config;
        var w = TensorFile.Read(arguments.GetRequiredValue(_codes), "w", [-1, config.WDim], [-1, config.NumWs, config.WDim]);
        if (arguments.GetValue(_truncation) is { } psi)
            w = (generator.WAvg ?? throw new InvalidInputException("--truncation: the generator holds no mean code w_avg.")).cpu().lerp(w, psi);

        var clock = Stopwatch.StartNew();
        var images = Render(generator, w, noise, console, clock, stop);
        SafetensorsFile.Write(target, [new("images", images)]);
        console.Line($"images [{string.Join(", ", images.shape)}] -> {target}");
        console.Answer(new { Out = target, Images = images.shape, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3) });
        return ExitCode.Ok;
    }

    private static Tensor Render(Generator generator, Tensor w, NoiseMode noise, VerbConsole console, Stopwatch clock, CancellationToken stop)
    {
        var (count, side) = ((int)w.shape[0], generator.Config.ImgResolution);
        RefuseTooMany(count, side);
        using var random = new torch.Generator((ulong)generator.Synthesis.Context.Seed, generator.Synthesis.Context.Device);
        var images = empty(count, generator.Config.ImgChannels, side, side);
        for (var at = 0; at < count; at += Batch)
        {
            stop.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var end = Math.Min(count, at + Batch);
            images[at..end].copy_(generator.Synthesis.Forward(w[at..end].to(generator.Synthesis.Context.Device), noise, random: random));
            console.Progress(new("rendering", "picture", end, count, clock.Elapsed, [$"{1000 * clock.Elapsed.TotalSeconds / end:0} ms a picture"]));
        }
        return images;
    }

    /// <summary>Says beforehand what would fail after hours: the answer is one tensor in memory.</summary>
    internal static void RefuseTooMany(int count, int side)
    {
        var bytes = 3.0 * 4 * count * side * side;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > 0.8 * memory)
            throw new InvalidInputException($"{count} pictures of {side} px need {bytes / 1e9:0.0} GB of memory and {memory / 1e9:0.0} GB are there: render fewer codes at a time.");
    }
}

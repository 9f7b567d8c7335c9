using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Verbs.Options;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>generator map: z → w.</summary>
internal sealed class MapVerb : Verb
{
    private readonly Argument<string> _file = GeneratorSource.Argument();
    private readonly Option<string> _latents = new("--latents") { Description = "safetensors file with z [N, z_dim]", HelpName = "FILE", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "safetensors file for w [N, num_ws, w_dim]", HelpName = "FILE", Required = true };
    private readonly Option<double?> _psi = NumberOption.Create("--psi", "Truncation: 1 leaves w as it is, 0 gives the mean face", -10.0, 10.0);
    private readonly Option<int?> _cutoff = NumberOption.Create("--cutoff", "Number of leading style layers that are truncated; without it all", 0, 18);
    private readonly Option<string> _device = DeviceOption.Create();

    public MapVerb() : base("map", "Map latents z to codes w")
    {
        Add(_file);
        Add(_latents);
        Add(_out);
        Add(_psi);
        Add(_cutoff);
        Add(_device);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var file = arguments.GetRequiredValue(_file);
        var target = arguments.GetRequiredValue(_out);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var generator = GeneratorSource.Open(file).Load(DeviceOption.Open(arguments.GetRequiredValue(_device)));
        var mapping = generator.Mapping ?? throw new InvalidInputException($"{file} has no mapping network: only the codes w can be given, to generator render.");
        var z = TensorFile.Read(arguments.GetRequiredValue(_latents), "z", [-1, generator.Config.ZDim]);
        var w = mapping.Map(z, arguments.GetValue(_psi) ?? 1, arguments.GetValue(_cutoff));
        SafetensorsFile.Write(target, [new("w", w)]);
        console.Line($"w [{string.Join(", ", w.shape)}] -> {target}");
        console.Answer(new { Out = target, W = w.shape });
        return ExitCode.Ok;
    }
}

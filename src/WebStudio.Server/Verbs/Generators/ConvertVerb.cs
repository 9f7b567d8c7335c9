using System.CommandLine;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>generator convert: an imported network as a base folder, the form of models/faces.</summary>
internal sealed class ConvertVerb : Verb
{
    private readonly Argument<string> _file = GeneratorSource.Argument();
    private readonly Option<string> _out = new("--out") { Description = "Base folder to make; not there yet, or empty", HelpName = "FOLDER", Required = true };
    private readonly Option<string?> _name = new("--name") { Description = "Short name of the base; without it the file's name" };
    private readonly Option<string?> _licence = new("--licence") { Description = "Terms under which the network may be used, kept in base.json" };

    public ConvertVerb() : base("convert", "Turn a network into a base folder (base.json, generator.safetensors, NVIDIA's tensor names)")
    {
        Add(_file);
        Add(_out);
        Add(_name);
        Add(_licence);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var target = arguments.GetRequiredValue(_out);
        using var scope = NewDisposeScope();
        var source = GeneratorSource.Open(arguments.GetRequiredValue(_file));
        using var generator = source.Load(ComputeContext.Cpu);
        var description = BaseDescription.Of(arguments.GetValue(_name) ?? source.Name, source.Config, source.Mapping) with
        {
            Description = source.Folder?.Description.Description ?? $"Imported from a {source.Kind}",
            Licence = arguments.GetValue(_licence) ?? source.Licence,
            Encoder = source.Folder?.Description.Encoder,
        };
        description = description with { Generator = description.Generator with { CropScale = source.Folder?.Description.Generator.CropScale ?? 1 } };
        var tensors = generator.ToTensors();
        try
        {
            BaseFolder.Write(target, description, tensors, source.Folder?.ReadEncoder());
        }
        finally
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
        }
        CarryMeasurements(source.Folder, target);
        console.Line($"{description.Name} -> {target}");
        console.Answer(new { Out = target, description.Name, Encoder = description.Encoder is not null });
        return ExitCode.Ok;
    }

    /// <summary>What a base folder knows of attributes belongs to its weights, which stay as they are.</summary>
    private static void CarryMeasurements(BaseFolder? from, string target)
    {
        foreach (var name in (string[])[AttributePrior.FileName, AttributeReadout.FileName])
            if (from is not null && Path.Combine(from.Folder, name) is var file && File.Exists(file))
                AtomicFile.Write(Path.Combine(target, name), stream => stream.Write(File.ReadAllBytes(file)));
    }
}

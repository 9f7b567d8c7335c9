using System.CommandLine;
using System.Globalization;
using WebStudio.Gpu.Execution;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>generator inspect: what a network is, after building it once.</summary>
internal sealed class InspectVerb : Verb
{
    private readonly Argument<string> _file = GeneratorSource.Argument();

    public InspectVerb() : base("inspect", "Say what a generator is: kind, shape, parameters, licence") => Add(_file);

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var file = arguments.GetRequiredValue(_file);
        using var scope = NewDisposeScope();
        var source = GeneratorSource.Open(file);
        using var generator = source.Load(ComputeContext.Cpu); // proves that the tensors fit the shape
        var config = source.Config;
        var synthesis = generator.Synthesis.Parameters.Values.Sum(t => t.numel());
        var mapping = generator.Mapping?.Tensors.Where(t => t.Key.StartsWith("mapping.fc", StringComparison.Ordinal)).Sum(t => t.Value.numel()) ?? 0;
        var channels = config.Channels.OrderBy(c => c.Key).ToDictionary(c => c.Key.ToString(CultureInfo.InvariantCulture), c => c.Value);

        console.Line($"{source.Name}: {source.Kind}, {config.ImgResolution} × {config.ImgResolution} px, {config.NumWs} style layers of {config.WDim}");
        console.Line($"  parameters  {synthesis:N0} synthesis, {mapping:N0} mapping ({source.Mapping}, z of {config.ZDim})");
        console.Line($"  channels    {string.Join(", ", channels.Select(c => $"{c.Key}: {c.Value}"))}");
        console.Line($"  conv clamp  {(config.ConvClamp is { } clamp ? clamp : "none")}; filter {string.Join(' ', config.ResampleFilter)}");
        console.Line($"  encoder     {source.Folder?.Description.Encoder?.Architecture ?? "none"}");
        console.Line($"  licence     {source.Licence ?? "not stated in the file: ask whoever gave it to you"}");
        console.Answer(new
        {
            File = file,
            source.Kind,
            source.Name,
            source.Licence,
            config.ImgResolution,
            config.ImgChannels,
            config.ZDim,
            config.WDim,
            config.NumWs,
            Channels = channels,
            config.ConvClamp,
            config.ResampleFilter,
            source.Mapping,
            Parameters = new { Synthesis = synthesis, Mapping = mapping },
            HasWAvg = generator.WAvg is not null,
            Encoder = source.Folder?.Description.Encoder?.Architecture,
        });
        return ExitCode.Ok;
    }
}

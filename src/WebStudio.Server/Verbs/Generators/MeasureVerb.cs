using System.CommandLine;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Verbs.Models;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>generator measure: what a base knows of attributes, from its own random faces; personalize starts from it.</summary>
internal sealed class MeasureVerb : Verb
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "Base folder (generator.safetensors, base.json)" };
    private readonly Option<int?> _samples = NumberOption.Create("--samples", "Random faces to measure", 200, 100_000);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Seed of the faces", 0, int.MaxValue);
    private readonly Option<string> _device = DeviceOption.Create();

    public MeasureVerb() : base("measure", $"Measure random faces of a base and write {AttributePrior.FileName} and {AttributeReadout.FileName} into its folder")
    {
        Add(_folder);
        foreach (var option in (Option[])[_samples, _seed, _device])
            Add(option);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var source = BaseFolder.Open(arguments.GetRequiredValue(_folder));
        var defaults = new AttributePriorOptions();
        var options = defaults with { Samples = arguments.GetValue(_samples) ?? defaults.Samples, Seed = arguments.GetValue(_seed) ?? defaults.Seed };
        var (prior, readout) = AttributeKnowledge.Measure(source, options, ModelContext.ForTraining(arguments.GetRequiredValue(_device)), console, stop);
        using var owned = prior;
        foreach (var (name, fit) in prior.Names.Zip(prior.Fit))
            console.Line(FormattableString.Invariant($"{name,-12} direction explains {fit:0%}{(readout.TryGetValue(name, out var explained) ? FormattableString.Invariant($", readout {explained:0%}") : "")}"));
        console.Answer(new { source.Folder, options.Samples, Directions = prior.Names.Zip(prior.Fit).ToDictionary(p => p.First, p => p.Second), Readout = readout });
        return ExitCode.Ok;
    }
}

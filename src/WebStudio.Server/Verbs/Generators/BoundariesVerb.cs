using System.CommandLine;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Peers;
using WebStudio.Server.Verbs.Models;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>generator boundaries: InterFaceGAN's boundaries of a base, from its own random faces; reports and comparisons need them.</summary>
internal sealed class BoundariesVerb : Verb
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "Base folder (generator.safetensors, base.json)" };
    private readonly Option<int?> _samples = NumberOption.Create("--samples", "Random faces to measure", 200, 100_000);
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Seed of the faces", 0, int.MaxValue);
    private readonly Option<string> _device = DeviceOption.Create();

    public BoundariesVerb() : base("boundaries", $"Fit InterFaceGAN's boundaries on random faces of a base and write {AttributeBoundaries.FileName} into its folder")
    {
        Add(_folder);
        foreach (var option in (Option[])[_samples, _seed, _device])
            Add(option);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var source = BaseFolder.Open(arguments.GetRequiredValue(_folder));
        var defaults = new InterFaceGanOptions();
        var options = defaults with { Samples = arguments.GetValue(_samples) ?? defaults.Samples, Seed = arguments.GetValue(_seed) ?? defaults.Seed };
        using var boundaries = AttributeKnowledge.FitBoundaries(source, options, ModelContext.ForTraining(arguments.GetRequiredValue(_device)), console, stop);
        foreach (var (name, accuracy) in boundaries.Names.Zip(boundaries.Accuracy))
            console.Line(FormattableString.Invariant($"{name,-8} parts {accuracy:0%} of held-back faces"));
        console.Answer(new { source.Folder, options.Samples, Accuracy = boundaries.Names.Zip(boundaries.Accuracy).ToDictionary(b => b.First, b => Math.Round(b.Second, 4)) });
        return ExitCode.Ok;
    }
}

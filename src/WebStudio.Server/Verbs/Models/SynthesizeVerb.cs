using System.CommandLine;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Models;

/// <summary>What synthesize is asked.</summary>
/// <param name="Model">Folder of a personalised model.</param>
/// <param name="Count">Number of pictures.</param>
/// <param name="Settings">Wanted values, each attribute once; the others stay free.</param>
/// <param name="Seed">Equal seeds give equal pictures.</param>
/// <param name="Out">Folder for the pictures; made where it is missing.</param>
/// <param name="Label">Write the label visibly into the pictures.</param>
/// <param name="Device">auto, cpu or cuda.</param>
internal sealed record SynthesizeRequest(string Model, int Count, IReadOnlyList<AttributeSetting> Settings, int Seed, string Out, bool Label, string Device);

/// <summary>synthesize: new portraits of the person, with chosen attributes.</summary>
internal sealed class SynthesizeVerb : Verb
{
    private readonly VerbWork<SynthesizeRequest> _work;
    private readonly Argument<string> _model = new("MODEL") { Description = "Folder of a personalised model" };
    private readonly Option<int?> _count = NumberOption.Create("--count", "Number of pictures; 8 where it is not given", 1, 10_000);
    private readonly Option<IReadOnlyList<AttributeSetting>> _set = AttributeOptions.Set("Wanted value in degrees, % or years; may be repeated");
    private readonly Option<int?> _seed = NumberOption.Create("--seed", "Equal seeds give equal pictures", 0, int.MaxValue);
    private readonly Option<string> _out = new("--out") { Description = "Folder for the pictures", HelpName = "FOLDER", Required = true };
    private readonly Option<bool> _label = LabelOption.Create();
    private readonly Option<string> _device = DeviceOption.Create();

    /// <param name="work">Samples, renders, writes.</param>
    public SynthesizeVerb(VerbWork<SynthesizeRequest> work) : base("synthesize", "Make new portraits with chosen attributes")
    {
        _work = work;
        Add(_model);
        foreach (var option in (Option[])[_count, _set, _seed, _out, _label, _device])
            Add(option);
    }

    /// <summary>The command line in one record.</summary>
    internal SynthesizeRequest Read(ParseResult arguments) => new(
        arguments.GetRequiredValue(_model),
        arguments.GetValue(_count) ?? 8,
        arguments.GetRequiredValue(_set),
        arguments.GetValue(_seed) ?? 0,
        arguments.GetRequiredValue(_out),
        arguments.GetValue(_label),
        arguments.GetRequiredValue(_device));

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop) => _work(Read(arguments), console, stop);
}

using System.CommandLine;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Models;

/// <summary>What compare is asked.</summary>
/// <param name="Model">Folder of a personalised model.</param>
/// <param name="Photo">Picture file.</param>
/// <param name="MyStyle">The same album personalised with --attributes none.</param>
/// <param name="Base">Base folder with boundaries; null for the built-in base.</param>
/// <param name="Settings">Wanted values, each attribute once.</param>
/// <param name="SefaLayers">Layers SeFa moves; null lets it choose.</param>
/// <param name="Anybody">Take the face most like the person's, however unlike.</param>
/// <param name="Out">Sheet to write: one row a method.</param>
/// <param name="Device">auto, cpu or cuda.</param>
internal sealed record CompareRequest(string Model, string Photo, string MyStyle, string? Base, IReadOnlyList<AttributeSetting> Settings, IReadOnlyList<int>? SefaLayers, bool Anybody, string Out, string Device);

/// <summary>compare: the same photo and the same change, by every method.</summary>
internal sealed class CompareVerb : Verb
{
    private readonly VerbWork<CompareRequest> _work;
    private readonly Argument<string> _model = new("MODEL") { Description = "Folder of a personalised model" };
    private readonly Argument<string> _photo = new("PHOTO") { Description = "Photo of the person" };
    private readonly Option<string> _myStyle = new("--mystyle") { Description = "Model of the same album made with --attributes none", HelpName = "MODEL", Required = true };
    private readonly Option<string?> _base = new("--base") { Description = "Base folder with InterFaceGAN's boundaries; without it the built-in base", HelpName = "FOLDER" };
    private readonly Option<IReadOnlyList<AttributeSetting>> _set = AttributeOptions.Set("Wanted value in degrees, % or years; may be repeated: each is a column of its own");
    private readonly Option<int?> _sefaFrom = NumberOption.Create("--sefa-from", "First layer that SeFa moves, from 0 (4 × 4 pixels) up; without it SeFa chooses", 0, 17);
    private readonly Option<int?> _sefaTo = NumberOption.Create("--sefa-to", "Last layer that SeFa moves", 0, 17);
    private readonly Option<bool> _anybody = new("--anybody") { Description = "Take the face even if it does not look like the person" };
    private readonly Option<string> _out = PictureOption.Create("--out", "Sheet to write: one row a method, the unedited photo first");
    private readonly Option<string> _device = DeviceOption.Create();

    /// <param name="work">Inverts, edits, measures, writes.</param>
    public CompareVerb(VerbWork<CompareRequest> work) : base("compare", "Make the same change to a photo by every method, and measure what else it changed")
    {
        _work = work;
        Add(_model);
        Add(_photo);
        foreach (var option in (Option[])[_myStyle, _base, _set, _sefaFrom, _sefaTo, _anybody, _out, _device])
            Add(option);
    }

    /// <summary>The command line in one record.</summary>
    /// <exception cref="UsageException">Nothing is to be changed, or a tag, which cannot be measured on pictures.</exception>
    internal CompareRequest Read(ParseResult arguments)
    {
        var settings = arguments.GetRequiredValue(_set);
        if (settings.Count == 0)
            throw new UsageException("What shall be changed? Give --set smile=80% (may be repeated).");
        if (settings.FirstOrDefault(s => s.Label is not null) is { } tag)
            throw new UsageException($"--set: {tag.Attribute} is a tag; methods are compared on what can be measured on pictures: {string.Join(", ", AttributeSetting.Names)}.");
        var (from, to) = (arguments.GetValue(_sefaFrom), arguments.GetValue(_sefaTo));
        if (from is null != to is null || to < from)
            throw new UsageException("--sefa-from and --sefa-to belong together: the first and the last layer, as in --sefa-from 3 --sefa-to 5.");
        IReadOnlyList<int>? layers = from is { } first ? [.. Enumerable.Range(first, to!.Value - first + 1)] : null;
        return new(arguments.GetRequiredValue(_model), arguments.GetRequiredValue(_photo), arguments.GetRequiredValue(_myStyle), arguments.GetValue(_base), settings, layers, arguments.GetValue(_anybody), arguments.GetRequiredValue(_out), arguments.GetRequiredValue(_device));
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop) => _work(Read(arguments), console, stop);
}

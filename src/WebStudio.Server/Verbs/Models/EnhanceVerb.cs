using System.CommandLine;
using WebStudio.Gpu.Applications;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Models;

/// <summary>What enhance is asked.</summary>
/// <param name="Model">Folder of a personalised model.</param>
/// <param name="Photo">Picture file.</param>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Amount">How much; see <see cref="DamageDescription"/>.</param>
/// <param name="Mask">Picture of the photo's size, white where it is missing; null unless a part is missing.</param>
/// <param name="Results">One list of wanted values for every result; a single empty one for whatever fits.</param>
/// <param name="Lambda">Weight of the wanted values; null for the engine's default.</param>
/// <param name="Aligned">The photo is an aligned face already.</param>
/// <param name="Anybody">Take the face most like the person's, however unlike.</param>
/// <param name="PutBack">Write the whole photo instead of the face.</param>
/// <param name="Out">Picture to write; with several results a number is added to its name.</param>
/// <param name="Label">Write the label visibly into the pictures.</param>
/// <param name="Device">auto, cpu or cuda.</param>
internal sealed record EnhanceRequest(string Model, string Photo, Damage Kind, double Amount, string? Mask, IReadOnlyList<IReadOnlyList<AttributeSetting>> Results, double? Lambda, bool Aligned, bool Anybody, bool PutBack, string Out, bool Label, string Device);

/// <summary>enhance: a damaged photo of the person made whole.</summary>
internal sealed class EnhanceVerb : Verb
{
    private readonly VerbWork<EnhanceRequest> _work;
    private readonly Argument<string> _model = new("MODEL") { Description = "Folder of a personalised model" };
    private readonly Argument<string> _photo = new("PHOTO") { Description = "Photo of the person" };
    private readonly Option<string?> _inpaint = new("--inpaint") { Description = "Fill what is missing: a picture of the photo's size, white where it is missing", HelpName = "MASK" };
    private readonly Option<double?> _superres = Amount("--superres", "Enlarge a small photo: by how much, or found from the photo's size", DamageDescription.LeastFactor, DamageDescription.MostFactor);
    private readonly Option<double?> _deblur = NumberOption.Create("--deblur", "Sharpen: standard deviation of the blur in pixels of the photo", 0.1, 1000.0);
    private readonly Option<bool> _colourise = new("--colourise") { Description = "Give a black and white photo its colours" };
    private readonly Option<int?> _jpeg = NumberOption.Create("--jpeg", "Repair what compression did: JPEG's quality", 1, 100);
    private readonly Option<IReadOnlyList<AttributeSetting>> _set = AttributeOptions.Set("Wanted value in degrees, % or years; may be repeated");
    private readonly Option<IReadOnlyList<AttributeSetting>> _also = AttributeOptions.Also();
    private readonly Option<double?> _lambda = NumberOption.Create("--lambda", "Weight of the wanted values", 0.0, 100.0);
    private readonly Option<bool> _aligned = new("--aligned") { Description = "The photo is a face cut out and aligned already" };
    private readonly Option<bool> _anybody = new("--anybody") { Description = "Take the face even if it does not look like the person, as damaged ones often do not" };
    private readonly Option<bool> _putBack = new("--put-back") { Description = "Write the whole photo with the face in it" };
    private readonly Option<string> _out = PictureOption.Create("--out", "Picture to write; with several results -1, -2 … is added to the name");
    private readonly Option<bool> _label = LabelOption.Create();
    private readonly Option<string> _device = DeviceOption.Create();

    /// <param name="work">Restores and writes.</param>
    public EnhanceVerb(VerbWork<EnhanceRequest> work) : base("enhance", "Make a damaged photo whole: fill, enlarge, sharpen, colour, or repair compression")
    {
        _work = work;
        Add(_model);
        Add(_photo);
        foreach (var option in (Option[])[_inpaint, _superres, _deblur, _colourise, _jpeg, _set, _also, _lambda, _aligned, _anybody, _putBack, _out, _label, _device])
            Add(option);
    }

    /// <summary>The command line in one record.</summary>
    /// <exception cref="UsageException">Not exactly one damage is named, or two options contradict each other.</exception>
    internal EnhanceRequest Read(ParseResult arguments)
    {
        var mask = arguments.GetValue(_inpaint);
        List<(Damage Kind, double Amount)> damages = [];
        if (mask is not null)
            damages.Add((Damage.Missing, 0));
        if (arguments.GetResult(_superres) is { Implicit: false })
            damages.Add((Damage.Small, arguments.GetValue(_superres) ?? 0));
        if (arguments.GetValue(_deblur) is { } sigma)
            damages.Add((Damage.Blurred, sigma));
        if (arguments.GetValue(_colourise))
            damages.Add((Damage.Colourless, 0));
        if (arguments.GetValue(_jpeg) is { } quality)
            damages.Add((Damage.Compressed, quality));
        if (damages.Count != 1)
            throw new UsageException("What is wrong with the photo? Give exactly one of --inpaint MASK, --superres, --deblur SIGMA, --colourise and --jpeg QUALITY.");
        var (photo, target) = (arguments.GetRequiredValue(_photo), arguments.GetRequiredValue(_out));
        if (Path.GetFullPath(photo) == Path.GetFullPath(target))
            throw new UsageException("--out names the photo itself, which would be lost; name another file.");
        var set = arguments.GetRequiredValue(_set);
        // Every --also is one more result, with what it changes of --set.
        var also = arguments.GetRequiredValue(_also).Select(a => (IReadOnlyList<AttributeSetting>)[.. set.Where(s => s.Attribute != a.Attribute), a]);
        return new(arguments.GetRequiredValue(_model), photo, damages[0].Kind, damages[0].Amount, mask, [set, .. also], arguments.GetValue(_lambda),
            arguments.GetValue(_aligned), arguments.GetValue(_anybody), arguments.GetValue(_putBack), target, arguments.GetValue(_label), arguments.GetRequiredValue(_device));
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop) => _work(Read(arguments), console, stop);

    /// <summary>A number, or the option alone for one that is found.</summary>
    private static Option<double?> Amount(string name, string description, double least, double most)
    {
        var option = NumberOption.Create(name, description, least, most);
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }
}

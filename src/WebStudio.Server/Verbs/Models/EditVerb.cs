using System.CommandLine;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Models;

/// <summary>What edit is asked.</summary>
/// <param name="Model">Folder of a personalised model.</param>
/// <param name="Photo">Picture file.</param>
/// <param name="Settings">Wanted values, each attribute once; may be empty where there is a strip.</param>
/// <param name="Strip">Attribute to show over its range in seven steps; null for one picture.</param>
/// <param name="Out">Picture to write: .png, .jpg, .jpeg or .webp.</param>
/// <param name="PutBack">Write the whole photo with the edited face in it.</param>
/// <param name="Label">Write the label visibly into the picture.</param>
/// <param name="Device">auto, cpu or cuda.</param>
internal sealed record EditRequest(string Model, string Photo, IReadOnlyList<AttributeSetting> Settings, string? Strip, string Out, bool PutBack, bool Label, string Device);

/// <summary>edit: a photo of the person, with attributes changed.</summary>
internal sealed class EditVerb : Verb
{
    private readonly VerbWork<EditRequest> _work;
    private readonly Argument<string> _model = new("MODEL") { Description = "Folder of a personalised model" };
    private readonly Argument<string> _photo = new("PHOTO") { Description = "Photo of the person" };
    private readonly Option<IReadOnlyList<AttributeSetting>> _set = AttributeOptions.Set("Wanted value in degrees, % or years; may be repeated");
    private readonly Option<string?> _strip = AttributeOptions.Strip("Show seven steps over the range of an attribute instead of one picture");
    private readonly Option<string> _out = PictureOption.Create("--out", "Picture to write");
    private readonly Option<bool> _putBack = new("--put-back") { Description = "Write the whole photo with the edited face in it, at the photo's own size" };
    private readonly Option<bool> _label = LabelOption.Create();
    private readonly Option<string> _device = DeviceOption.Create();

    /// <param name="work">Inverts, tunes, edits, writes.</param>
    public EditVerb(VerbWork<EditRequest> work) : base("edit", "Change attributes of a photo")
    {
        _work = work;
        Add(_model);
        Add(_photo);
        foreach (var option in (Option[])[_set, _strip, _out, _putBack, _label, _device])
            Add(option);
    }

    /// <summary>The command line in one record.</summary>
    /// <exception cref="UsageException">Nothing is to be done, or two options contradict each other.</exception>
    internal EditRequest Read(ParseResult arguments)
    {
        var request = new EditRequest(
            arguments.GetRequiredValue(_model),
            arguments.GetRequiredValue(_photo),
            arguments.GetRequiredValue(_set),
            arguments.GetValue(_strip),
            arguments.GetRequiredValue(_out),
            arguments.GetValue(_putBack),
            arguments.GetValue(_label),
            arguments.GetRequiredValue(_device));
        if (request is { PutBack: true, Strip: not null })
            throw new UsageException("--put-back writes one photo; it does not go with --strip.");
        if (request.Settings.Count == 0 && request.Strip is null)
            throw new UsageException("What shall be edited? Give --set yaw=20 (may be repeated), --strip smile, or both.");
        if (request.Settings.Any(setting => setting.Attribute == request.Strip))
            throw new UsageException($"--strip: {request.Strip} is also set; a strip shows it over its whole range.");
        if (Path.GetFullPath(request.Photo) == Path.GetFullPath(request.Out))
            throw new UsageException("--out names the photo itself, which would be lost; name another file.");
        return request;
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop) => _work(Read(arguments), console, stop);
}

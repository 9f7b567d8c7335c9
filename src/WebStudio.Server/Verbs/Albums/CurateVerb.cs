using System.CommandLine;
using System.Diagnostics;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Albums;

/// <summary>album curate: one decision and reason for every photo, and the aligned faces of those in use.</summary>
internal sealed class CurateVerb : Verb
{
    private readonly Argument<string> _album = new("ALBUM") { Description = "Folder of photos of one person" };
    private readonly Option<string> _out = new("--out") { Description = "Folder for album.json and the aligned faces (crops/)", HelpName = "FOLDER", Required = true };
    private readonly Option<string?> _overrides = new("--overrides") { Description = "Your decisions on single photos (JSON)", HelpName = "FILE" };
    private readonly Option<int?> _size = NumberOption.Create("--size", "Side of the aligned faces in pixels", 16, 1024);
    private readonly Option<string> _device = DeviceOption.Create();

    public CurateVerb() : base("curate", "Decide on every photo of an album, with a reason, and cut out the person's face")
    {
        Add(_album);
        foreach (var option in (Option[])[_out, _overrides, _size, _device])
            Add(option);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var (folder, target) = (arguments.GetRequiredValue(_album), arguments.GetRequiredValue(_out));
        var photos = AlbumPhoto.FromFolder(folder);
        CuratedFolder.RefuseForeign(target, folder);
        var alignment = new FfhqAlignmentOptions();
        var options = new CurationOptions { Alignment = alignment with { OutputSize = arguments.GetValue(_size) ?? alignment.OutputSize } };
        using var analyzer = new FaceAnalyzer(DeviceOption.Open(arguments.GetRequiredValue(_device)));
        var album = AlbumReader.Curate(photos, arguments.GetValue(_overrides), analyzer, options, console, clock, stop);

        var crops = CuratedFolder.NameCrops(album);
        var answer = new
        {
            Album = folder,
            Out = target,
            album.PersonFound,
            album.Outcome,
            Used = album.Used.Count(),
            Rejected = album.Rejected.Count(),
            Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2),
            Photos = album.Photos.Select(photo => CuratedPhoto.Of(photo, crops.GetValueOrDefault(photo.Name))).ToList(),
        };
        CuratedFolder.Write(target, album, crops, VerbConsole.ToJson(answer));
        var width = album.Photos.Max(photo => photo.Name.Length);
        foreach (var photo in album.Photos)
            console.Line($"{photo.Name.PadRight(width)}  {(photo.IsUsed ? "used    " : "rejected")}  {photo.Reason}");
        console.Answer(answer);
        if (answer.Used > 0)
        {
            console.Line(album.Outcome);
            return ExitCode.Ok;
        }
        console.Note($"error: {folder}: {album.Outcome}");
        return ExitCode.BadInput;
    }
}

using System.Diagnostics;
using WebStudio.Gpu;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Models;

/// <summary>compare, done: the photo is opened in the model and its peer, every method makes the change, the pictures are measured.</summary>
internal static class CompareWork
{
    public static int Run(CompareRequest request, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var photo = ImageFile.Read(request.Photo);
        PeerModels.RequireMyStyle(request.MyStyle);
        var context = ModelContext.ForTraining(request.Device);
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(request.Model, context);
        foreach (var setting in request.Settings)
            model.AttributeIndex(setting.Attribute);
        using var peer = PersonalizedModel.Load(request.MyStyle, context);
        if (request.SefaLayers is [.., var last] && last >= SeFa.Layers(peer.Generator.Synthesis))
            throw new InvalidInputException($"This model has layers 0 to {SeFa.Layers(peer.Generator.Synthesis) - 1}; --sefa-to {last} is beyond them.");
        using var boundaries = PeerModels.Boundaries(request.Base);
        using var analyzer = new FaceAnalyzer(context);
        using var features = new FaceFeatureDistance(context);
        var wanted = request.Settings.Select(s => (s.Attribute, s.Value)).ToList();
        var rows = new PhotoComparison(analyzer, features) { Anybody = request.Anybody, SefaLayers = request.SefaLayers }.Of(photo, request.Photo, model, peer, boundaries, wanted, stage => console.Progress(new(stage, "step", 0, null, clock.Elapsed, [])), stop);
        var blank = new RgbImage(rows[0].Unedited.Picture.Width, rows[0].Unedited.Picture.Height, new byte[rows[0].Unedited.Picture.Pixels.Length]);
        var pictures = rows.SelectMany(r => (RgbImage[])[r.Unedited.Picture, .. r.Edited.Select(e => e?.Picture ?? blank)]).ToList();
        var captions = rows.SelectMany(r => (string[])[r.Method, .. request.Settings.Select(s => FormattableString.Invariant($"{s.Attribute} {s.Value:0.#}"))]).ToList();
        ImageFile.Write(request.Out, ContactSheet.Compose(pictures, new() { Columns = 1 + wanted.Count, CellSize = blank.Width, Captions = captions }));
        foreach (var (setting, column) in request.Settings.Select((s, i) => (s, i)))
        {
            console.Line(FormattableString.Invariant($"{setting.Attribute} = {setting.Value:0.#}"));
            foreach (var row in rows)
                console.Line(row.Edited[column] is { } edited
                    ? FormattableString.Invariant($"  {row.Method,-13} {string.Join("  ", edited.Values.Select(v => FormattableString.Invariant($"{v.Key} {v.Value:0.0} ({v.Value - row.Unedited.Values[v.Key]:+0.0;-0.0})")))}  identity {edited.Identity:0.00}")
                    : $"  {row.Method,-13} has no direction for it");
        }
        console.Answer(new
        {
            request.Out,
            Methods = rows.Select(r => new { r.Method, Unedited = Figures(r.Unedited), Edited = r.Edited.Select(e => e is null ? null : Figures(e)) }),
            Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2),
        });
        return ExitCode.Ok;
    }

    private static object Figures(ComparedPicture picture) => new { Values = picture.Values.ToDictionary(v => v.Key, v => Math.Round(v.Value, 2)), Identity = Math.Round(picture.Identity, 4) };
}

using System.Diagnostics;
using System.Globalization;
using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Models;

/// <summary>enhance, done: the face is found, restored once for every list of wanted values, and written.</summary>
internal static class EnhanceWork
{
    private const int White = 128;

    public static int Run(EnhanceRequest request, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var photo = ImageFile.Read(request.Photo);
        var damage = new DamageDescription(request.Kind, request.Amount, request.Mask is { } mask ? ReadMask(mask, photo, request.Photo) : null);
        var context = ModelContext.ForTraining(request.Device);
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(request.Model, context);
        var targets = request.Results.Select(r => ModelContext.Targets(model, r, console)).ToList();
        using var analyzer = new FaceAnalyzer(context);
        using var features = new FaceFeatureDistance(context);
        using var damaged = request.Aligned
            ? DamagedPhoto.Aligned(photo, request.Photo, damage, model.BaseDescription.Generator.ImgResolution)
            : DamagedPhoto.Find(photo, request.Photo, damage, new(model, analyzer, features, new()), request.Anybody);
        var defaults = new ImageEnhancerOptions();
        var enhancer = new ImageEnhancer(model, features, defaults with { Lambda = request.Lambda ?? defaults.Lambda });
        var output = VerbPictures.Of(request.Model, model, DigitalSource.CompositeWithTrainedAlgorithmicMedia, EnhancementRequest.Say(request.Kind), request.Label).From(request.Photo);
        var results = new List<object>();
        for (var i = 0; i < targets.Count; i++)
        {
            using var enhanced = enhancer.Enhance(damaged.Observed, damaged.Mask, damaged.Degradation, targets[i], p => console.Progress(new(p.Stage, "step", p.Done, p.Total, clock.Elapsed, [])), stop);
            var face = damaged.Face(enhanced.Picture);
            var file = targets.Count == 1 ? request.Out : Numbered(request.Out, i + 1);
            output.With(model, request.Results[i]).Write(file, request.PutBack ? damaged.Whole(enhanced.Picture) : face);
            using var shown = face.ToTensor().unsqueeze(0);
            var reading = analyzer.MeasureAligned(shown)[0];
            var measured = FaceAttributeTable.Attributes.ToDictionary(a => a.ToString().ToLowerInvariant(), a => Math.Round(reading[a], 1));
            console.Line(FormattableString.Invariant($"{request.Photo} -> {file}: {string.Join(", ", measured.Select(m => FormattableString.Invariant($"{m.Key} {m.Value:0.#}")))}"));
            results.Add(new { File = file, Wanted = request.Results[i].ToDictionary(s => s.Attribute, s => s.Value), Measured = measured });
        }
        console.Answer(new { Results = results, Factor = (damaged.Degradation as LowResolution)?.Factor, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) });
        return ExitCode.Ok;
    }

    private static bool[] ReadMask(string path, RgbImage photo, string name)
    {
        var mask = ImageFile.Read(path);
        if (mask.Width != photo.Width || mask.Height != photo.Height)
            throw new InvalidInputException($"{path} is {mask.Width} × {mask.Height} pixels, {name} is {photo.Width} × {photo.Height}; a mask has the photo's size.");
        return [.. Enumerable.Range(0, mask.Width * mask.Height).Select(i => mask.Pixels[3 * i] + mask.Pixels[3 * i + 1] + mask.Pixels[3 * i + 2] >= 3 * White)];
    }

    private static string Numbered(string path, int n) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{n.ToString(CultureInfo.InvariantCulture)}{Path.GetExtension(path)}");
}

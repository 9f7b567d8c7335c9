using System.Diagnostics;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Models;

/// <summary>edit, done: the photo is aligned, found in the model, a copy is tuned on it, and its attributes are set.</summary>
internal static class EditWork
{
    private const int StripSteps = 7, ReferencePhotos = 16;
    // An album photo aligned again differs from the stored crop by rounding; two photos of a burst differ by far more.
    private const double SamePicture = 0.01;

    public static int Run(EditRequest request, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var photo = ImageFile.Read(request.Photo);
        var context = ModelContext.ForTraining(request.Device);
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(request.Model, context);
        var targets = ModelContext.Targets(model, request.Settings, console);
        var strip = request.Strip is { } name ? model.AttributeIndex(name) : -1;
        using var analyzer = new FaceAnalyzer(context);
        var generator = model.BaseDescription.Generator;
        var crop = PersonCrop.Find(photo, request.Photo, analyzer, Person(model, analyzer), new() { OutputSize = generator.ImgResolution, CropScale = generator.CropScale });
        var (image, mask) = crop.ToTensors(context.Device);
        using var perceptual = new FaceFeatureDistance(context);
        var editor = new SemanticEditor(model, perceptual, new());
        void Progress(EditProgress p) => console.Progress(new(p.Stage, "step", p.Done, p.Total, clock.Elapsed, []));
        var album = AlbumPhoto(model, image);
        using var editable = album >= 0 ? editor.OpenAlbum(album, mask, Progress, stop) : editor.Open(image, mask, Progress, stop);

        using var reconstruction = editable.Render([]);
        var psnr = Psnr.Of(reconstruction.clamp(-1, 1), image, mask).mean().item<float>();
        var (pictures, values) = strip >= 0 ? Strip(editable, model, strip, targets) : (editable.Render(targets), []);
        Write(request.Out, pictures);
        var measured = Measured(analyzer, pictures, model);
        console.Line(FormattableString.Invariant($"{request.Photo} -> {request.Out}: reconstruction {psnr:0.0} dB, {clock.Elapsed.TotalSeconds:0.0} s{(album >= 0 ? $", album photo {model.Description.Photos[album].Name}" : "")}"));
        console.Answer(new { request.Out, AlbumPhoto = album >= 0 ? model.Description.Photos[album].Name : null, ReconstructionPsnr = psnr, Values = values, Measured = measured, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) });
        return ExitCode.Ok;
    }

    /// <summary>Mean embedding of the person, from the album's crops.</summary>
    private static float[] Person(PersonalizedModel model, FaceAnalyzer analyzer)
    {
        using var scope = NewDisposeScope();
        var chosen = model.Album.Take(ReferencePhotos).Select(a => a.ToTensor()).ToArray();
        var readings = analyzer.MeasureAligned(stack(chosen)).Where(r => r.Confidence > 0).ToList();
        return [.. Enumerable.Range(0, readings[0].Embedding.Count).Select(i => readings.Average(r => r.Embedding[i]))];
    }

    private static int AlbumPhoto(PersonalizedModel model, Tensor image)
    {
        using var scope = NewDisposeScope();
        var distances = model.Album.Select(a => (a.ToTensor().unsqueeze(0).to(image.device) - image).abs().mean().item<float>()).ToList();
        var nearest = distances.IndexOf(distances.Min());
        return distances[nearest] < SamePicture ? nearest : -1;
    }

    private static (Tensor Pictures, IReadOnlyList<double> Values) Strip(EditablePhoto editable, PersonalizedModel model, int strip, List<Gpu.Latents.CoordinateTarget> others)
    {
        var attribute = model.Description.Attributes[strip];
        var (low, high) = attribute.Range;
        var values = Enumerable.Range(0, StripSteps).Select(i => low + (high - low) * i / (StripSteps - 1.0)).ToList();
        return (cat([.. values.Select(v => editable.Render([.. others, new(strip, attribute.Calibration.ToCoordinate(v))]))]), values);
    }

    private static void Write(string path, Tensor pictures)
    {
        var images = Enumerable.Range(0, (int)pictures.shape[0]).Select(i => RgbImage.FromTensor(pictures[i])).ToList();
        ImageFile.Write(path, images.Count == 1 ? images[0] : ContactSheet.Compose(images, new() { Columns = images.Count, CellSize = images[0].Width, Gap = 0 }));
    }

    private static List<Dictionary<string, double>> Measured(FaceAnalyzer analyzer, Tensor pictures, PersonalizedModel model) =>
        [.. analyzer.MeasureAligned(pictures.clamp(-1, 1)).Select(r => FaceAttributeTable.Attributes.ToDictionary(a => a.ToString().ToLowerInvariant(), a => Math.Round(r[a], 1)))];
}

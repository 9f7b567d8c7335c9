using System.Diagnostics;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Models;

/// <summary>edit, done: the photo is aligned, found in the model, a copy is tuned on it, and its attributes are set.</summary>
internal static class EditWork
{
    private const int StripSteps = 7;

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
        using var perceptual = new FaceFeatureDistance(context);
        var opener = new PhotoOpener(model, analyzer, perceptual, new());
        using var opened = opener.Open(opener.Find(photo, request.Photo), p => console.Progress(new(p.Stage, "step", p.Done, p.Total, clock.Elapsed, [])), stop);
        var (editable, album) = (opened.Photo, opened.AlbumIndex);
        var (pictures, values) = strip >= 0 ? Strip(editable, model, strip, targets) : (editable.Render(targets), []);
        var output = VerbPictures.Of(request.Model, model, DigitalSource.CompositeWithTrainedAlgorithmicMedia, request.Strip is { } shown ? $"edit, {StripSteps} steps of {shown}" : "edit", request.Label).From(request.Photo).With(model, request.Settings);
        if (request.PutBack)
        {
            using var unedited = editable.Render([]);
            output.Write(request.Out, new PutBack(photo, opened.Crop.Aligned.ToPhoto, (int)pictures.shape[^1]).Edit(pictures, unedited));
        }
        else
            output.Write(request.Out, Sheet(pictures));
        var measured = Measured(analyzer, pictures, model);
        console.Line(FormattableString.Invariant($"{request.Photo} -> {request.Out}: reconstruction {opened.Psnr:0.0} dB, {clock.Elapsed.TotalSeconds:0.0} s{(album >= 0 ? $", album photo {model.Description.Photos[album].Name}" : "")}"));
        console.Answer(new { request.Out, AlbumPhoto = album >= 0 ? model.Description.Photos[album].Name : null, ReconstructionPsnr = opened.Psnr, opened.Identity, Values = values, Measured = measured, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) });
        return ExitCode.Ok;
    }

    private static (Tensor Pictures, IReadOnlyList<double> Values) Strip(EditablePhoto editable, PersonalizedModel model, int strip, List<Gpu.Latents.CoordinateTarget> others)
    {
        var attribute = model.Description.Attributes[strip];
        var (low, high) = attribute.Range;
        var values = Enumerable.Range(0, StripSteps).Select(i => low + (high - low) * i / (StripSteps - 1.0)).ToList();
        return (cat([.. values.Select(v => editable.Render([.. others, new(strip, attribute.Calibration.ToCoordinate(v))]))]), values);
    }

    private static RgbImage Sheet(Tensor pictures)
    {
        var images = Enumerable.Range(0, (int)pictures.shape[0]).Select(i => RgbImage.FromTensor(pictures[i])).ToList();
        return images.Count == 1 ? images[0] : ContactSheet.Compose(images, new() { Columns = images.Count, CellSize = images[0].Width, Gap = 0 });
    }

    private static List<Dictionary<string, double>> Measured(FaceAnalyzer analyzer, Tensor pictures, PersonalizedModel model) =>
        [.. analyzer.MeasureAligned(pictures.clamp(-1, 1)).Select(r => FaceAttributeTable.Attributes.ToDictionary(a => a.ToString().ToLowerInvariant(), a => Math.Round(r[a], 1)))];
}

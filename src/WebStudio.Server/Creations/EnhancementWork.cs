using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Creations;

/// <summary>Makes a damaged photo whole, once for every list of wanted values.</summary>
internal sealed class EnhancementWork(ComputeContext context) : ICreationWork
{
    private const int White = 128, Quality = 95;

    public CreationKind Kind => CreationKind.Enhancement;

    public string Make(CreationRun run, PersonalizedModel model)
    {
        var (request, uploads) = CreationJson.Read<KeptRequest<EnhancementRequest>>(run.Creation.Request)!;
        run.Step("Looking for the face", 0, 0);
        var photo = ImageFile.Read(Path.Combine(run.Folder, uploads[0].File));
        var damage = new DamageDescription(request.Damage, request.Amount, request.Damage == Damage.Missing ? Mask(run, uploads, photo) : null);
        using var analyzer = new FaceAnalyzer(context);
        using var features = new FaceFeatureDistance(context);
        using var damaged = request.Aligned
            ? DamagedPhoto.Aligned(photo, uploads[0].Name, damage, model.BaseDescription.Generator.ImgResolution)
            : DamagedPhoto.Find(photo, uploads[0].Name, damage, new(model, analyzer, features, new()), anybody: true); // damaged faces often look like nobody
        const string observed = "observed.webp";
        ImageFile.Write(Path.Combine(run.Folder, observed), RgbImage.FromTensor(damaged.Observed[0]), Quality);
        var enhancer = new ImageEnhancer(model, features, new() { Lambda = request.Lambda });
        var made = new List<EnhancedResult>();
        foreach (var wishes in request.Results)
        {
            var of = request.Results.Count > 1 ? $" (result {made.Count + 1} of {request.Results.Count})" : "";
            using var enhanced = enhancer.Enhance(damaged.Observed, damaged.Mask, damaged.Degradation, Targets(model, wishes), p => run.Step((p.Stage == "tuning" ? "Learning what is known" : "Finding the face in the model") + of, p.Done, p.Total), run.Aborted);
            var (face, whole) = ($"face-{made.Count}.png", $"whole-{made.Count}.png");
            var picture = damaged.Face(enhanced.Picture);
            ImageFile.Write(Path.Combine(run.Folder, face), picture);
            ImageFile.Write(Path.Combine(run.Folder, whole), damaged.Whole(enhanced.Picture));
            made.Add(new(face, whole, Measure(analyzer, picture)));
            run.Step("Done with one", made.Count, request.Results.Count, Json());
        }
        return Json();

        string Json() => CreationJson.Write(new EnhancementResult(observed, made, (damaged.Degradation as LowResolution)?.Factor));
    }

    /// <summary>The mask as the page drew it: of the photo's proportions, in a size of its own.</summary>
    private static bool[] Mask(CreationRun run, IReadOnlyList<KeptUpload> uploads, RgbImage photo)
    {
        if (uploads.Count < 2)
            throw new InvalidInputException("Paint over what is missing first.");
        var mask = ImageFile.Read(Path.Combine(run.Folder, uploads[1].File)).Resize(photo.Width, photo.Height, ResizeFilter.Bilinear);
        return [.. Enumerable.Range(0, photo.Width * photo.Height).Select(i => mask.Pixels[3 * i] >= White)];
    }

    private static List<CoordinateTarget> Targets(PersonalizedModel model, IReadOnlyList<WantedValue> wishes) => [.. wishes.Select(w => w.Label is { } label ? model.Target(w.Attribute, label) : model.Target(w.Attribute, w.Minimum).Target)];

    private static Dictionary<string, double> Measure(FaceAnalyzer analyzer, RgbImage face)
    {
        using var shown = face.ToTensor().unsqueeze(0);
        var reading = analyzer.MeasureAligned(shown)[0];
        return FaceAttributeTable.Attributes.ToDictionary(a => a.ToString().ToLowerInvariant(), a => reading.Confidence > 0 ? reading[a] : double.NaN);
    }
}

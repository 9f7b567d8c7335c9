using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Creations;

/// <summary>Makes the same change to a photo by every method; the peers were trained by the version's study.</summary>
internal sealed class ComparisonWork(ComputeContext context) : ICreationWork
{
    private const int Quality = 95;

    public CreationKind Kind => CreationKind.Comparison;

    public string Make(CreationRun run, PersonalizedModel model)
    {
        var (request, uploads) = CreationJson.Read<KeptRequest<ComparisonRequest>>(run.Creation.Request)!;
        var (peerFolder, boundariesFile) = (StudyRun.MyStyle(run.Version), StudyRun.Boundaries(run.Version));
        if (!Directory.Exists(peerFolder) || !File.Exists(boundariesFile))
            throw new InvalidInputException("The methods this version is compared with are not trained yet: start that on the report page.");
        run.Step("Looking for the face", 0, 0);
        var photo = ImageFile.Read(Path.Combine(run.Folder, uploads[0].File));
        using var peer = PersonalizedModel.Load(peerFolder, context);
        using var boundaries = AttributeBoundaries.Read(boundariesFile);
        using var analyzer = new FaceAnalyzer(context);
        using var features = new FaceFeatureDistance(context);
        var stage = "Opening the photo";
        var rows = new PhotoComparison(analyzer, features) { SliceDone = () => run.Step(stage, 0, 0) }.Of(
            photo, uploads[0].Name, model, peer, boundaries, [.. request.Wanted.Select(w => (w.Attribute, w.Minimum))], now => stage = now, run.Aborted);
        return CreationJson.Write(new ComparisonResult([.. rows.Select((row, r) => new ComparisonRow(row.Method, Keep(run, row.Unedited, $"row-{r}-still.webp"), [.. row.Edited.Select((e, c) => e is null ? null : Keep(run, e, $"row-{r}-{c}.webp"))]))]));
    }

    private static ComparisonPicture Keep(CreationRun run, ComparedPicture picture, string file)
    {
        ImageFile.Write(Path.Combine(run.Folder, file), picture.Picture, Quality);
        return new(file, picture.Values, picture.Identity);
    }
}

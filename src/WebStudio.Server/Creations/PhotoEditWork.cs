using WebStudio.Components.Creations;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Creations;

/// <summary>Opens a real photo for editing: the face found, aligned, projected to α, and a copy of the generator tuned on it and kept as a difference.</summary>
internal sealed class PhotoEditWork(ComputeContext context) : ICreationWork
{
    public const string PhotoFile = "photo.safetensors";
    private const int Quality = 95;

    public CreationKind Kind => CreationKind.Photo;

    public string Make(CreationRun run, PersonalizedModel model)
    {
        var (request, uploads) = CreationJson.Read<KeptRequest<PhotoEditRequest>>(run.Creation.Request)!;
        run.Step("Looking for the face", 0, 0);
        var picture = ImageFile.Read(Path.Combine(run.Folder, uploads[0].File));
        using var analyzer = new FaceAnalyzer(context);
        using var features = new FaceFeatureDistance(context);
        var opener = new PhotoOpener(model, analyzer, features, new());
        var crop = opener.Find(picture, uploads[0].Name, request.Anybody);
        ImageFile.Write(Path.Combine(run.Folder, PhotoEditResult.Crop), crop.Aligned.Image, Quality);
        using var opened = opener.Open(crop, p => run.Step(p.Stage == "tuning" ? "Learning its details" : "Finding it in the model", p.Done, p.Total), run.Aborted);
        opened.Photo.Save(Path.Combine(run.Folder, PhotoFile));
        using (var reconstruction = opened.Photo.Render([]))
            ImageFile.Write(Path.Combine(run.Folder, PhotoEditResult.Reconstruction), RgbImage.FromTensor(reconstruction[0]), Quality);
        var m = crop.Aligned.ToPhoto;
        return CreationJson.Write(new PhotoEditResult
        {
            Psnr = opened.Psnr,
            Identity = opened.Identity,
            GalleryIdentity = model.Description.Report.GalleryIdentity,
            Distance = crop.Distance,
            AlbumPhoto = opened.AlbumIndex,
            ToPhoto = [m.M11, m.M12, m.M21, m.M22, m.M31, m.M32],
        });
    }
}

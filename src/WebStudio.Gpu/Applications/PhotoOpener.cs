using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>A photo that was found, aligned and opened for editing.</summary>
/// <param name="Photo">Code and tuned copy; whoever holds this disposes it.</param>
/// <param name="Crop">The face and its place in the photo.</param>
/// <param name="AlbumIndex">Index of the album's photo that this is; −1 for one the model has not seen.</param>
/// <param name="Psnr">Of the reconstruction, dB, pixels from the photo only.</param>
/// <param name="Identity">Cosine similarity of the face embeddings of reconstruction and photo, −1 to 1.</param>
public sealed record OpenedPhoto(EditablePhoto Photo, PersonCrop Crop, int AlbumIndex, double Psnr, double Identity) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Photo.Dispose();
}

/// <summary>From any photo to sliders on it: the person's face is found and aligned as the album was, projected to α, and a copy of the generator is tuned on it (method section 6).</summary>
/// <param name="model">The personalised model; not changed.</param>
/// <param name="analyzer">Finds faces.</param>
/// <param name="features">Distance of L_rec, and embeddings.</param>
/// <param name="options">Settings.</param>
public sealed class PhotoOpener(PersonalizedModel model, FaceAnalyzer analyzer, FaceFeatureDistance features, SemanticEditorOptions options)
{
    private const int ReferencePhotos = 16;

    // An album photo aligned again differs from the stored crop by rounding; two photos of a burst differ by far more.
    private const double SamePicture = 0.01;

    /// <summary>Finds the person of the model in a photo and aligns the face for its generator.</summary>
    /// <param name="photo">The whole photo.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="anybody">True: the face most like the person's is taken, however unlike it is.</param>
    /// <exception cref="InvalidInputException">The photo shows no face, or none of this person.</exception>
    public PersonCrop Find(RgbImage photo, string name, bool anybody = false)
    {
        var generator = model.BaseDescription.Generator;
        return PersonCrop.Find(photo, name, analyzer, Person(), new() { OutputSize = generator.ImgResolution, CropScale = generator.CropScale }, anybody);
    }

    /// <summary>Opens a face that was found.</summary>
    /// <param name="crop">From <see cref="Find"/>.</param>
    /// <param name="progress">Called during projection and tuning.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    public OpenedPhoto Open(PersonCrop crop, Action<EditProgress>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        var (image, mask) = crop.ToTensors(model.Anchors.device);
        var editor = new SemanticEditor(model, features, options);
        var album = AlbumPhoto(image);
        var photo = album >= 0 ? editor.OpenAlbum(album, mask, progress, abort) : editor.Open(image, mask, progress, abort);
        using var noGrad = no_grad();
        var reconstruction = photo.Render([]).clamp(-1, 1);
        var identity = nn.functional.cosine_similarity(features.Embed(reconstruction), features.Embed(image), 1, 1e-8);
        return new(photo, crop, album, Psnr.Of(reconstruction, image, mask).mean().item<float>(), identity.item<float>());
    }

    /// <summary>Mean embedding of the person, from the album's crops.</summary>
    private float[] Person()
    {
        using var scope = NewDisposeScope();
        var readings = analyzer.MeasureAligned(stack([.. model.Album.Take(ReferencePhotos).Select(a => a.ToTensor())])).Where(r => r.Confidence > 0).ToList();
        return [.. Enumerable.Range(0, readings[0].Embedding.Count).Select(i => readings.Average(r => r.Embedding[i]))];
    }

    private int AlbumPhoto(Tensor image)
    {
        var distances = model.Album.Select(a =>
        {
            using var scope = NewDisposeScope();
            return (a.ToTensor().unsqueeze(0).to(image.device) - image).abs().mean().item<float>();
        }).ToList();
        var nearest = distances.IndexOf(distances.Min());
        return distances[nearest] < SamePicture ? nearest : -1;
    }
}

using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Evaluation;

/// <summary>A photo that no model may have seen, changed alike by every method: it is opened once in the model and once in its MyStyle peer, whose tuned copy the other peers edit too.</summary>
/// <param name="analyzer">Finds and measures faces.</param>
/// <param name="features">Distance of L_rec, and embeddings.</param>
public sealed class PhotoComparison(FaceAnalyzer analyzer, FaceFeatureDistance features)
{
    /// <summary>Layers for SeFa, from 0; null lets it choose.</summary>
    public IReadOnlyList<int>? SefaLayers { get; init; }

    /// <summary>True: the face most like the person's is taken, however unlike it is.</summary>
    public bool Anybody { get; init; }

    /// <summary>Called between batches of pictures and between steps: room for other work on the device.</summary>
    public Action? SliceDone { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="photo">The whole photo.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="myStyle">The same album personalised without control; null: the model alone.</param>
    /// <param name="boundaries">InterFaceGAN's of the base; null: neither MyStyle nor InterFaceGAN can edit.</param>
    /// <param name="wanted">Attributes and the values they shall have, in their units.</param>
    /// <param name="progress">What is done at the moment.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidInputException">The photo shows no face of the person.</exception>
    public IReadOnlyList<ComparedMethod> Of(RgbImage photo, string name, PersonalizedModel model, PersonalizedModel? myStyle, AttributeBoundaries? boundaries, IReadOnlyList<(string Attribute, double Value)> wanted, Action<string>? progress = null, CancellationToken abort = default)
    {
        using var scope = NewDisposeScope();
        var names = FaceAttributeTable.Names;
        Tensor Measure(Tensor pictures) => FaceAttributeTable.Measure(analyzer, pictures);
        void Slice()
        {
            abort.ThrowIfCancellationRequested();
            SliceDone?.Invoke();
        }
        var crop = new PhotoOpener(model, analyzer, features, new()).Find(photo, name, Anybody);
        var (image, _) = crop.ToTensors(model.Anchors.device);
        var comparison = new MethodComparison(Measure, names, features) { SliceDone = Slice };
        progress?.Invoke($"Opening the photo in {EditingMethod.Ours}");
        using var own = new PhotoOpener(model, analyzer, features, new()).Open(crop, _ => Slice(), abort);
        OpenedPhoto? peer = null;
        if (myStyle is not null)
        {
            progress?.Invoke($"Opening the photo in {EditingMethod.MyStyle}");
            peer = new PhotoOpener(myStyle, analyzer, features, new()).Open(crop, _ => Slice(), abort);
        }
        using var opened = peer;
        var methods = ModelStudy.Methods(model, myStyle, boundaries, [.. wanted.Select(w => w.Attribute).Distinct()], GallerySpread.Deviations(model.Description, names), Measure, Slice, SefaLayers);
        try
        {
            var compared = new List<ComparedMethod>();
            foreach (var method in methods)
            {
                progress?.Invoke(method.Name);
                var copy = method.Name == EditingMethod.Ours ? own.Photo : opened!.Photo;
                compared.Add(comparison.Of(method with { Network = copy.Network }, copy.Pivot, image, wanted));
            }
            return compared;
        }
        finally
        {
            methods.ForEach(m => m.Dispose());
        }
    }
}

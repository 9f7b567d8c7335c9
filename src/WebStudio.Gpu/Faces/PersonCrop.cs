using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces;

/// <summary>The intended person's face in a photo, aligned for a generator.</summary>
/// <param name="Face">What was found in the photo.</param>
/// <param name="Distance">Distance of its embedding to the person's.</param>
/// <param name="Aligned">The crop.</param>
public sealed record PersonCrop(FaceObservation Face, double Distance, AlignedFace Aligned)
{
    /// <summary>Embeddings further apart than this are two people; hard photos of one person come near it (method section 9).</summary>
    public const double SamePerson = 0.62;

    /// <summary>Finds the person.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="analyzer">Finds and measures faces.</param>
    /// <param name="person">The person's mean embedding, 128 numbers.</param>
    /// <param name="options">Size and crop of the generator.</param>
    /// <param name="anybody">True: the face most like the person's is taken, however unlike it is.</param>
    /// <exception cref="InvalidInputException">The photo shows no face, or none of this person.</exception>
    public static PersonCrop Find(RgbImage photo, string name, FaceAnalyzer analyzer, IReadOnlyList<float> person, FfhqAlignmentOptions options, bool anybody = false)
    {
        var faces = analyzer.Analyze(photo);
        if (faces.Count == 0)
            throw new InvalidInputException($"{name} shows no face that could be found; a photo with the face upright and at least 60 pixels large is needed.");
        var nearest = faces.MinBy(f => FaceReading.Distance(f.Embedding, person))!;
        var distance = FaceReading.Distance(nearest.Embedding, person);
        if (distance > SamePerson && !anybody)
            throw new InvalidInputException($"{name} shows {(faces.Count == 1 ? "a face" : $"{faces.Count} faces")}, but not the person of this model (distance {distance:F2}; up to {SamePerson:F2} counts as the same person).");
        return new(nearest, distance, FfhqAlignment.Align(photo, nearest.ToPixelIndices(), options));
    }

    /// <summary>The crop as tensors: picture [1, 3, R, R] in [-1, 1] and mask [1, 1, R, R], 1 where a pixel comes from the photo.</summary>
    public (Tensor Image, Tensor Mask) ToTensors(Device device) => ToTensors(Aligned, device);

    /// <summary>An aligned face as tensors: picture [1, 3, R, R] in [-1, 1] and mask [1, 1, R, R], 1 where a pixel comes from the photo.</summary>
    public static (Tensor Image, Tensor Mask) ToTensors(AlignedFace aligned, Device device)
    {
        using var scope = NewDisposeScope();
        var image = aligned.Image.ToTensor().unsqueeze(0).to(device);
        var mask = tensor(aligned.FromPhoto.Select(real => real ? 1f : 0f).ToArray()).view(1, 1, aligned.Image.Height, aligned.Image.Width).to(device);
        return (image.MoveToOuterDisposeScope(), mask.MoveToOuterDisposeScope());
    }
}

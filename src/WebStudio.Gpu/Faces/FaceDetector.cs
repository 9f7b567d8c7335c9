using WebStudio.Gpu.Faces.Networks;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces;

/// <summary>One face the detector found.</summary>
/// <param name="Box">Around the face from brows to chin, in photo pixels, inside the photo.</param>
/// <param name="Score">0 to 1.</param>
internal readonly record struct FaceDetection(FaceBox Box, float Score);

/// <summary>
/// Finds faces in a photo of any size: the photo and its mirror image (which finds faces that turn the other way, and makes the result mirror-symmetric) fitted into the
/// network's square, then one box kept of each group that overlaps.
/// </summary>
internal sealed class FaceDetector(FaceDetectionNetwork network, FaceDetectorOptions options)
{
    /// <summary>Faces of a photo, best score first.</summary>
    /// <param name="photo">[3, H, W] in [-1, 1].</param>
    public IReadOnlyList<FaceDetection> Detect(Tensor photo)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        const int size = FaceDetectionNetwork.InputSize;
        var (height, width) = (photo.shape[1], photo.shape[2]);
        var scale = (double)size / Math.Max(width, height);
        var (w, h) = (Math.Max(1, (long)Math.Round(width * scale)), Math.Max(1, (long)Math.Round(height * scale)));
        var fitted = photo.unsqueeze(0);
        if (w != width || h != height)
            fitted = F.interpolate(fitted, size: [h, w], mode: InterpolationMode.Bilinear, align_corners: false, antialias: scale < 1);
        // The network was trained with the photo in the upper left corner and black (-1) around it.
        var (boxes, scores) = network.Forward(F.pad(cat([fitted, fitted.flip(3)], 0), [0, size - w, 0, size - h], value: -1));
        var found = new List<FaceDetection>();
        var (toPhotoX, toPhotoY) = ((float)width / w, (float)height / h);
        for (var mirrored = 0; mirrored < 2; mirrored++)
        {
            var sides = (boxes[mirrored] * size).cpu().data<float>().ToArray(); // top, left, bottom, right
            var values = scores[mirrored].cpu().data<float>().ToArray();
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] < options.MinScore)
                    continue;
                var (left, right) = (Math.Clamp(sides[4 * i + 1], 0, w), Math.Clamp(sides[4 * i + 3], 0, w));
                var (top, bottom) = (Math.Clamp(sides[4 * i], 0, h), Math.Clamp(sides[4 * i + 2], 0, h));
                if (mirrored == 1)
                    (left, right) = (w - right, w - left);
                if (right - left > 1 && bottom - top > 1)
                    found.Add(new(new(left * toPhotoX, top * toPhotoY, (right - left) * toPhotoX, (bottom - top) * toPhotoY), values[i]));
            }
        }
        return Suppress(found);
    }

    private List<FaceDetection> Suppress(List<FaceDetection> found)
    {
        var kept = new List<FaceDetection>();
        foreach (var candidate in found.OrderByDescending(d => d.Score))
            if (kept.Count < options.MaxFaces && kept.TrueForAll(k => k.Box.IntersectionOverUnion(candidate.Box) <= options.MaxOverlap))
                kept.Add(candidate);
        return kept;
    }
}

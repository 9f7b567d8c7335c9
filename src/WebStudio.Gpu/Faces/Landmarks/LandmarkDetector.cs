using System.Numerics;
using WebStudio.Gpu.Faces.Networks;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Landmarks;

/// <summary>The 68 landmarks of one face and how much the views they were averaged from disagree.</summary>
/// <param name="Points">68 points in picture pixels, iBUG numbering.</param>
/// <param name="Spread">Root mean square distance of the single views from their mean, as a fraction of the face's size.</param>
internal readonly record struct DetectedLandmarks(Vector2[] Points, float Spread);

/// <summary>
/// Finds the landmarks of faces whose place is roughly known. One look of the network is unsteady; here the square is re-centred and turned upright by the
/// landmarks of the previous pass, and the last pass averages several squares and their mirror images. The result is mirror-symmetric
/// and depends little on the box it started from.
/// </summary>
internal sealed class LandmarkDetector(FaceLandmarkNetwork network)
{
    /// <summary>Side of the network's square relative to the extent of all landmarks; it was trained on a detector's boxes, which are that much larger.</summary>
    public const float Margin = 1.28f;

    // Passes go on until the square stands still; clear faces need two or three.
    private const int MaxPasses = 6;
    private const float StandingStill = 0.004f;

    // Looks of the last pass (each beside its mirror image): small shifts, a step back, a slight turn.
    private static readonly Variation[] FinalLooks = [new(new(-0.03f, 0.02f), 1, -0.05f), new(new(0.03f, 0.02f), 1, 0.05f), new(new(0, -0.02f), 1.06f, 0)];

    /// <summary>Landmarks of one face in each picture of a batch.</summary>
    /// <param name="pictures">[N, 3, H, W] in [-1, 1].</param>
    /// <param name="start">A square around the face in each picture.</param>
    public DetectedLandmarks[] Detect(Tensor pictures, IReadOnlyList<FaceFrame> start)
    {
        var frames = start.ToArray();
        var moving = Enumerable.Range(0, frames.Length).ToArray();
        for (var pass = 0; pass < MaxPasses && moving.Length > 0; pass++)
        {
            using var scope = NewDisposeScope();
            var part = moving.Length == frames.Length ? pictures : pictures.index_select(0, tensor(moving.Select(i => (long)i).ToArray(), device: pictures.device));
            var seen = Look(part, [.. moving.Select(i => frames[i])], [new(Vector2.Zero, 1, 0)]);
            var stillMoving = new List<int>();
            for (var k = 0; k < moving.Length; k++)
            {
                var (before, after) = (frames[moving[k]], FrameOf(seen[k].Points));
                frames[moving[k]] = after;
                if (Movement(before, after) > StandingStill)
                    stillMoving.Add(moving[k]);
            }
            moving = [.. stillMoving];
        }
        return Look(pictures, frames, FinalLooks);
    }

    /// <summary>The square on which the network sees a face best: upright by the line of the eyes, around all landmarks.</summary>
    public static FaceFrame FrameOf(ReadOnlySpan<Vector2> points)
    {
        var eyes = FaceLandmarks.RightmostEye(points) - FaceLandmarks.LeftmostEye(points);
        var angle = MathF.Atan2(eyes.Y, eyes.X);
        var (low, high) = (new Vector2(float.MaxValue), new Vector2(float.MinValue));
        foreach (var point in points)
        {
            var upright = FaceFrame.Rotate(point, -angle);
            (low, high) = (Vector2.Min(low, upright), Vector2.Max(high, upright));
        }
        var size = high - low;
        return new(FaceFrame.Rotate((low + high) / 2, angle), Math.Max(size.X, size.Y) * Margin, angle);
    }

    private static float Movement(FaceFrame a, FaceFrame b) => Vector2.Distance(a.Center, b.Center) / a.Size + MathF.Abs(b.Size / a.Size - 1) + MathF.Abs(b.Angle - a.Angle);

    private DetectedLandmarks[] Look(Tensor pictures, FaceFrame[] frames, Variation[] variations)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        // Every variation beside its exact mirror image, so that the mean cannot prefer a side.
        FaceFrame[][] views = [.. frames.Select(f => variations.SelectMany(v => (FaceFrame[])[f.Vary(v.Shift, v.Scale, v.Turn), f.Vary(v.Shift with { X = -v.Shift.X }, v.Scale, -v.Turn) with { Mirrored = true }]).ToArray())];
        var crops = FaceCrops.Sample(pictures, views, FaceFeatureExtractor.InputSize);
        var fractions = network.Forward(crops).cpu().data<float>().ToArray();
        var result = new DetectedLandmarks[frames.Length];
        for (var n = 0; n < frames.Length; n++)
            result[n] = Average(views[n], fractions.AsSpan(n * views[n].Length * FaceLandmarkNetwork.Count * 2));
        return result;
    }

    private static DetectedLandmarks Average(FaceFrame[] views, ReadOnlySpan<float> fractions)
    {
        const int count = FaceLandmarkNetwork.Count;
        var seen = new Vector2[views.Length, count];
        var mean = new Vector2[count];
        for (var v = 0; v < views.Length; v++)
            for (var i = 0; i < count; i++)
            {
                var at = (v * count + i) * 2;
                var landmark = views[v].Mirrored ? FaceLandmarks.MirrorIndex(i) : i;
                seen[v, landmark] = views[v].ToPicture(new(fractions[at], fractions[at + 1]));
                mean[landmark] += seen[v, landmark] / views.Length;
            }
        var sum = 0f;
        for (var v = 0; v < views.Length; v++)
            for (var i = 0; i < count; i++)
                sum += Vector2.DistanceSquared(seen[v, i], mean[i]);
        return new(mean, MathF.Sqrt(sum / (views.Length * count)) / views[0].Size);
    }

    /// <summary>One way to look at a face: the square shifted by parts of its side, scaled and turned (radians).</summary>
    private readonly record struct Variation(Vector2 Shift, float Scale, float Turn);
}

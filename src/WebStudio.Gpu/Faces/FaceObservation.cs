using System.Numerics;

namespace WebStudio.Gpu.Faces;

/// <summary>What is measured on one face, wherever it was found.</summary>
/// <param name="Landmarks">68 points (iBUG numbering) in pixels of the picture; its left and upper edges are 0, the first pixel's centre is 0.5.</param>
/// <param name="Attributes">A reading for every <see cref="FaceAttribute"/>.</param>
/// <param name="Embedding">128 numbers; the L2 distance tells people apart: about 0.3 to 0.6 between clear photos of one person, 0.7 and more between two.</param>
/// <param name="Confidence">0 where no face could be held on to, 1 for a clear view; below 0.2 the readings mean little.</param>
public record FaceReading(IReadOnlyList<Vector2> Landmarks, IReadOnlyDictionary<FaceAttribute, AttributeReading> Attributes, IReadOnlyList<float> Embedding, double Confidence)
{
    /// <summary>An attribute's value in its unit.</summary>
    public double this[FaceAttribute attribute] => Attributes[attribute].Value;

    /// <summary>Landmarks as <see cref="FfhqAlignment"/> counts: there the first pixel's centre is 0.</summary>
    public Vector2[] ToPixelIndices() => [.. Landmarks.Select(p => p - new Vector2(0.5f))];

    /// <summary>L2 distance of two embeddings.</summary>
    public double DistanceTo(FaceReading other) => Distance(Embedding, other.Embedding);

    /// <summary>L2 distance of two embeddings.</summary>
    public static double Distance(IReadOnlyList<float> a, IReadOnlyList<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Count; i++)
            sum += (a[i] - b[i]) * (double)(a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}

/// <summary>A face found in a photo.</summary>
/// <param name="Box">The detector's box, in photo pixels.</param>
/// <param name="Score">The detector's score, 0 to 1.</param>
/// <param name="Reading">What was measured on it.</param>
public sealed record FaceObservation(FaceBox Box, double Score, FaceReading Reading) : FaceReading(Reading);

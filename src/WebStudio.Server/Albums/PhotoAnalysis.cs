using System.Numerics;
using WebStudio.Gpu.Faces;

namespace WebStudio.Server.Albums;

/// <summary>What the face networks found in a photo, as a file: deciding over an album anew then needs no device.</summary>
/// <param name="Faces">The faces, best detection first.</param>
/// <param name="Error">Why the photo could not be read; null where it could.</param>
internal sealed record PhotoAnalysis(IReadOnlyList<PhotoAnalysis.Face> Faces, string? Error = null)
{
    /// <summary>One face; points are x, y, x, y … in pixels of the photo.</summary>
    internal sealed record Face(float[] Box, double Score, float[] Landmarks, Dictionary<FaceAttribute, double[]> Attributes, float[] Embedding, double Confidence);

    public static PhotoAnalysis Of(IReadOnlyList<FaceObservation> faces) => new([.. faces.Select(f => new Face(
        [f.Box.Left, f.Box.Top, f.Box.Width, f.Box.Height],
        f.Score,
        [.. f.Landmarks.SelectMany(p => (float[])[p.X, p.Y])],
        f.Attributes.ToDictionary(a => a.Key, a => (double[])[a.Value.Value, a.Value.Confidence]),
        [.. f.Embedding],
        f.Confidence))]);

    public IReadOnlyList<FaceObservation> ToObservations() => [.. Faces.Select(f => new FaceObservation(
        new(f.Box[0], f.Box[1], f.Box[2], f.Box[3]),
        f.Score,
        new FaceReading(
            [.. f.Landmarks.Chunk(2).Select(p => new Vector2(p[0], p[1]))],
            f.Attributes.ToDictionary(a => a.Key, a => new AttributeReading(a.Value[0], a.Value[1])),
            f.Embedding,
            f.Confidence)))];
}

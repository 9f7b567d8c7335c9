using WebStudio.Gpu.Faces;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Evaluation;

/// <summary>The estimators' readings of many crops as one table, in the order in which reports list attributes.</summary>
public static class FaceAttributeTable
{
    /// <summary>The measured attributes. Roll is left out: alignment has taken it away.</summary>
    public static IReadOnlyList<FaceAttribute> Attributes { get; } = [FaceAttribute.Yaw, FaceAttribute.Pitch, FaceAttribute.Smile, FaceAttribute.Mouth, FaceAttribute.Eyes, FaceAttribute.Age];

    /// <summary>Their names as verbs and files write them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Attributes.Select(a => a.ToString().ToLowerInvariant())];

    /// <summary>Measures aligned crops.</summary>
    /// <param name="analyzer">The estimators.</param>
    /// <param name="crops">[B, 3, R, R] in [-1, 1].</param>
    /// <returns>[B, P]; NaN in the row of a crop in which no face was recognised.</returns>
    public static Tensor Measure(FaceAnalyzer analyzer, Tensor crops)
    {
        var rows = analyzer.MeasureAligned(crops).SelectMany(r => Attributes.Select(a => r.Confidence > 0 ? (float)r[a] : float.NaN)).ToArray();
        return tensor(rows).view(-1, Attributes.Count);
    }
}

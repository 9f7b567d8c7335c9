using System.Numerics;
using WebStudio.Gpu;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Server.Albums;

/// <summary>Checks what a user decides on a photo before it is kept.</summary>
internal static class PhotoDecisions
{
    private const int MaxTags = 30, MaxTagLength = 40;

    /// <exception cref="InvalidInputException">It cannot be meant; the message says what is accepted.</exception>
    public static void Check(PhotoOverride decision, Photo photo)
    {
        var faces = PhotoFindings.Read(photo.Findings).Boxes.Length;
        if (decision.Face is { } face && (face < 0 || face >= faces))
            throw new InvalidInputException($"{photo.FileName} shows {faces} faces; there is no number {face + 1}.");
        foreach (var (attribute, value) in decision.Attributes)
            if (RangeOf(attribute) is var (low, high) && !(value >= low && value <= high))
                throw new InvalidInputException($"{attribute} goes from {low} to {high}.");
        if (decision.Tags.Count > MaxTags || decision.Tags.Any(t => !IsTag(t.Key) || !IsTag(t.Value)))
            throw new InvalidInputException($"A photo has at most {MaxTags} tags; names and values have 1 to {MaxTagLength} characters.");
        if (decision.Tags.Keys.FirstOrDefault(IsMeasured) is { } taken)
            throw new InvalidInputException($"“{taken}” is measured; a tag needs another name.");
        if (decision.Crop is { } crop && !((Vector2[])[crop.LeftEye, crop.RightEye, crop.Mouth]).All(p => p.X >= 0 && p.Y >= 0 && p.X <= photo.Width && p.Y <= photo.Height))
            throw new InvalidInputException("The three points lie outside the photo.");
    }

    private static bool IsTag(string text) => text.Length <= MaxTagLength && text.Trim().Length > 0 && !text.Contains(',', StringComparison.Ordinal);

    private static bool IsMeasured(string name) => Enum.TryParse<FaceAttribute>(name.Trim(), ignoreCase: true, out _);

    private static (double Low, double High) RangeOf(FaceAttribute attribute) => attribute switch
    {
        FaceAttribute.Yaw or FaceAttribute.Pitch or FaceAttribute.Roll => (-90, 90),
        FaceAttribute.Age => (0, 120),
        _ => (0, 100),
    };
}

using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>What decides whether a face's picture is good enough and new, measured on a cut-out of one fixed size: it does not depend on the generator that the album is for.</summary>
/// <param name="Quality">Sharpness and colour.</param>
/// <param name="Hash">What near-duplicates are told by.</param>
public sealed record FaceLook(PictureQuality Quality, PerceptualHash Hash)
{
    private static readonly FfhqAlignmentOptions Alignment = new() { OutputSize = 128 };

    /// <summary>Looks at a face by its landmarks; null where it lies outside the photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="face">Landmarks count from the photo's edge.</param>
    public static FaceLook? Of(RgbImage photo, FaceReading face) => Of(() => FfhqAlignment.Align(photo, face.ToPixelIndices(), Alignment));

    /// <summary>Looks at a face by three points set by hand; null where it lies outside the photo.</summary>
    public static FaceLook? Of(RgbImage photo, FacePoints points) => Of(() => FfhqAlignment.Align(photo, points, Alignment));

    private static FaceLook? Of(Func<AlignedFace> align)
    {
        try
        {
            var image = align().Image;
            return new(PictureQuality.Of(image), PerceptualHash.Of(image));
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }
}

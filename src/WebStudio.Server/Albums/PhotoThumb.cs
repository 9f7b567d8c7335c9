using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Server.Albums;

/// <summary>The small picture of a photo: its shorter side has 300 px, the longer at most 600.</summary>
internal static class PhotoThumb
{
    private const int Side = 300, Quality = 82;

    /// <summary>Makes it from the photo.</summary>
    public static void Write(PhotoPlace place, RgbImage photo) => AtomicFile.Write(place.Thumb, stream => stream.Write(ImageEncoder.Encode(Small(photo), ImageFormat.WebP, Quality)));

    private static RgbImage Small(RgbImage image)
    {
        var scale = Math.Min(1, Math.Min((double)Side / Math.Min(image.Width, image.Height), 2.0 * Side / Math.Max(image.Width, image.Height)));
        return scale < 1 ? image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale))) : image;
    }
}

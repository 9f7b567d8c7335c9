using System.Runtime.InteropServices;
using SkiaSharp;

namespace WebStudio.Gpu.Imaging;

/// <summary>Pictures to the bytes of a file.</summary>
public static class ImageEncoder
{
    /// <summary>Quality of lossy formats where the caller has no opinion: no visible loss on faces.</summary>
    public const int DefaultQuality = 92;

    /// <summary>The bytes of a PNG, JPEG or WebP file.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="format">Its file format.</param>
    /// <param name="quality">1 (worst) to 100; PNG ignores it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not 1-100.</exception>
    /// <exception cref="InvalidInputException">The format cannot hold so large a picture (WebP: 16383 pixels a side, JPEG: 65535).</exception>
    public static byte[] Encode(RgbImage image, ImageFormat format, int quality = DefaultQuality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var pinned = GCHandle.Alloc(WithFourthByte(image), GCHandleType.Pinned);
        try
        {
            // Opaque, so the fourth byte is never looked at and PNG is written as plain RGB.
            using var colours = SKColorSpace.CreateSrgb();
            using var pixmap = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, colours), pinned.AddrOfPinnedObject());
            using var data = format switch
            {
                ImageFormat.Png => pixmap.Encode(SKPngEncoderOptions.Default),
                // Colour at half resolution (Skia's default) smears lips and eyes.
                ImageFormat.Jpeg => pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)),
                ImageFormat.WebP => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "PNG, JPEG and WebP are written."),
            };
            return data?.ToArray()
                ?? throw new InvalidInputException($"A {image.Width} × {image.Height} picture does not fit a {format} file; make it smaller or write PNG.");
        }
        finally
        {
            pinned.Free();
        }
    }

    private static byte[] WithFourthByte(RgbImage image)
    {
        var wide = new byte[image.Width * image.Height * 4];
        var from = image.Pixels;
        for (int i = 0, j = 0; i < from.Length; i += 3, j += 4)
        {
            wide[j] = from[i];
            wide[j + 1] = from[i + 1];
            wide[j + 2] = from[i + 2];
            wide[j + 3] = 255;
        }
        return wide;
    }
}

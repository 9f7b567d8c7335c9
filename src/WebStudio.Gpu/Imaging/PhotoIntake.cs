using SkiaSharp;

namespace WebStudio.Gpu.Imaging;

/// <summary>
/// What becomes of an uploaded photo before it is kept: it is decoded (which proves that it is a picture, and whole), and everything that tells where, when and with what it was taken is
/// removed. Where the file stores its rows upright the compressed picture itself is kept as it is, bit for bit; only a turned one is encoded anew.
/// </summary>
public sealed class PhotoIntake
{
    /// <summary>Of pictures that have to be encoded anew: no loss that training or eyes could notice.</summary>
    private const int Quality = 95;

    private PhotoIntake(RgbImage image, byte[] content, ImageFormat format) => (Image, Content, Format) = (image, content, format);

    /// <summary>The picture, upright, in sRGB.</summary>
    public RgbImage Image { get; }

    /// <summary>Bytes of the file to keep.</summary>
    public byte[] Content { get; }

    /// <summary>Format of <see cref="Content"/>.</summary>
    public ImageFormat Format { get; }

    /// <summary>Media type of <see cref="Content"/>: image/jpeg, image/png or image/webp.</summary>
    public string MediaType => $"image/{Format.ToString().ToLowerInvariant()}";

    /// <summary>Takes a file in.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">What it may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">As at <see cref="ImageDecoder.Decode"/>.</exception>
    public static PhotoIntake Of(ReadOnlySpan<byte> file, string name, ImageLimits? limits = null)
    {
        var decoded = ImageDecoder.DecodeWithHeader(file, name, limits);
        if (decoded is { IsUpright: true, IsOpaque: true } && Stripped(file, decoded.Format) is { } kept)
            return new(decoded.Image, kept, FormatOf(decoded.Format));
        var format = decoded.Format == SKEncodedImageFormat.Jpeg || decoded is { Format: SKEncodedImageFormat.Webp, IsOpaque: true } ? ImageFormat.Jpeg : ImageFormat.Png;
        return new(decoded.Image, ImageEncoder.Encode(decoded.Image, format, Quality), format);
    }

    private static byte[]? Stripped(ReadOnlySpan<byte> file, SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Jpeg => PictureMetadata.StripJpeg(file),
        SKEncodedImageFormat.Png => PictureMetadata.StripPng(file),
        SKEncodedImageFormat.Webp => PictureMetadata.StripWebP(file),
        _ => null,
    };

    private static ImageFormat FormatOf(SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Jpeg => ImageFormat.Jpeg,
        SKEncodedImageFormat.Webp => ImageFormat.WebP,
        _ => ImageFormat.Png,
    };
}

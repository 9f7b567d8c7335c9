using System.Runtime.InteropServices;
using SkiaSharp;

namespace WebStudio.Gpu.Imaging;

/// <summary>
/// Bytes of a file to a picture: the type is told by content, the header's size is checked before any pixel is decoded, colours are converted to
/// sRGB, EXIF orientation is applied, transparency is laid on white and of an animation the first frame is taken.
/// </summary>
public static class ImageDecoder
{
    private const string Accepted = "Accepted are JPEG, PNG, WebP, GIF and BMP pictures.";

    /// <summary>Decodes one file.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">What it may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">Empty, not a picture, of a type that is not accepted, damaged, cut off, or over a limit.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> file, string name, ImageLimits? limits = null) => DecodeWithHeader(file, name, limits).Image;

    /// <summary>As <see cref="Decode"/>, with what the header said.</summary>
    internal static DecodedPicture DecodeWithHeader(ReadOnlySpan<byte> file, string name, ImageLimits? limits)
    {
        var stored = Read(file, name, limits, SKAlphaType.Premul);
        return new(OnWhite(stored), stored.Format, stored.Origin == SKEncodedOrigin.TopLeft, stored.IsOpaque);
    }

    /// <summary>As <see cref="Decode"/>, with transparency kept: for pictures in which it marks what is not known.</summary>
    /// <returns>Upright RGBA rows, colours not multiplied by alpha.</returns>
    internal static (byte[] Rgba, int Width, int Height) DecodeTransparent(ReadOnlySpan<byte> file, string name, ImageLimits? limits = null)
    {
        var stored = Read(file, name, limits, SKAlphaType.Unpremul);
        if (stored.Origin == SKEncodedOrigin.TopLeft)
            return (stored.Rgba, stored.Width, stored.Height);
        var walk = UprightWalk.Of(stored.Origin, stored.Width, stored.Height);
        var rgba = new byte[stored.Rgba.Length];
        for (var (y, to) = (0, 0); y < walk.Height; y++)
            for (var (x, from) = (0, walk.Row(y)); x < walk.Width; x++, from += walk.StepX, to += 4)
                stored.Rgba.AsSpan(4 * from, 4).CopyTo(rgba.AsSpan(to));
        return (rgba, walk.Width, walk.Height);
    }

    private static StoredPicture Read(ReadOnlySpan<byte> file, string name, ImageLimits? limits, SKAlphaType alpha)
    {
        limits ??= ImageLimits.Default;
        if (file.IsEmpty)
            throw new InvalidInputException($"{name} is empty. {Accepted}");
        if (file.Length > limits.MaxBytes)
            throw TooManyBytes(name, limits);
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null || !IsAccepted(codec.EncodedFormat))
            throw new InvalidInputException($"{name} {ForeignContent.Describe(file)}. {Accepted}");

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > limits.MaxPixels)
            throw new InvalidInputException(
                $"{name} is {width} × {height} pixels ({(double)width * height / 1e6:0.###} megapixels); at most {limits.MaxPixels / 1e6:0.###} megapixels are accepted.");

        using var colours = SKColorSpace.CreateSrgb();
        var pixels = new byte[checked(width * height * 4)];
        var pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        SKCodecResult result;
        try
        {
            result = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, alpha, colours), pinned.AddrOfPinnedObject(), new SKCodecOptions(0));
        }
        finally
        {
            pinned.Free();
        }
        var cutOff = result == SKCodecResult.IncompleteInput || (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && JpegMarkers.AreCutOff(file));
        if (result != SKCodecResult.Success || cutOff)
            throw new InvalidInputException(cutOff
                ? $"{name} is cut off: the {codec.EncodedFormat} picture ends too early. Copy or download it again."
                : $"{name} is damaged: the {codec.EncodedFormat} picture cannot be decoded ({result}). {Accepted}");
        return new(pixels, width, height, codec.EncodedFormat, codec.EncodedOrigin, codec.Info.AlphaType == SKAlphaType.Opaque);
    }

    internal static InvalidInputException TooManyBytes(string name, ImageLimits limits) =>
        new($"{name} is larger than {limits.MaxBytes / 1048576.0:0.#} MiB, the most that is accepted for one picture.");

    private static bool IsAccepted(SKEncodedImageFormat format) => format is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png
        or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Gif or SKEncodedImageFormat.Bmp;

    /// <summary>Premultiplied RGBA as stored to RGB on white, turned upright.</summary>
    private static RgbImage OnWhite(StoredPicture stored)
    {
        var walk = UprightWalk.Of(stored.Origin, stored.Width, stored.Height);
        var rgba = stored.Rgba;
        var rgb = new byte[walk.Width * walk.Height * 3];
        var to = 0;
        for (var y = 0; y < walk.Height; y++)
        {
            var from = walk.Row(y);
            for (var x = 0; x < walk.Width; x++, from += walk.StepX, to += 3)
            {
                var white = 255 - rgba[4 * from + 3];
                rgb[to] = (byte)Math.Min(255, rgba[4 * from] + white);
                rgb[to + 1] = (byte)Math.Min(255, rgba[4 * from + 1] + white);
                rgb[to + 2] = (byte)Math.Min(255, rgba[4 * from + 2] + white);
            }
        }
        return new RgbImage(walk.Width, walk.Height, rgb);
    }

    /// <summary>Pixels in the order of the file.</summary>
    private readonly record struct StoredPicture(byte[] Rgba, int Width, int Height, SKEncodedImageFormat Format, SKEncodedOrigin Origin, bool IsOpaque);

    /// <summary>Where pixels of the upright picture lie among the stored ones: (x, y) at origin + x·stepX + y·stepY.</summary>
    private readonly record struct UprightWalk(int Width, int Height, int Origin, int StepX, int StepY)
    {
        public static UprightWalk Of(SKEncodedOrigin orientation, int width, int height)
        {
            var (last, bottom) = (width - 1, (height - 1) * width);
            var (origin, stepX, stepY) = orientation switch
            {
                SKEncodedOrigin.TopRight => (last, -1, width),
                SKEncodedOrigin.BottomRight => (bottom + last, -1, -width),
                SKEncodedOrigin.BottomLeft => (bottom, 1, -width),
                SKEncodedOrigin.LeftTop => (0, width, 1),
                SKEncodedOrigin.RightTop => (bottom, -width, 1),
                SKEncodedOrigin.RightBottom => (bottom + last, -width, -1),
                SKEncodedOrigin.LeftBottom => (last, width, -1),
                _ => (0, 1, width),
            };
            return orientation >= SKEncodedOrigin.LeftTop ? new(height, width, origin, stepX, stepY) : new(width, height, origin, stepX, stepY);
        }

        /// <summary>Where a row begins.</summary>
        public int Row(int y) => Origin + y * StepY;
    }
}

/// <summary>A picture and how its file stored it.</summary>
/// <param name="Image">The picture, upright.</param>
/// <param name="Format">Format of the file.</param>
/// <param name="IsUpright">Whether its rows are stored as they are shown.</param>
/// <param name="IsOpaque">Whether it has no transparency.</param>
internal readonly record struct DecodedPicture(RgbImage Image, SKEncodedImageFormat Format, bool IsUpright, bool IsOpaque);

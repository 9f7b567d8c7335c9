using WebStudio.Gpu.Checkpoints;

namespace WebStudio.Gpu.Imaging;

/// <summary>Picture files in and out. What is read is described at <see cref="ImageDecoder"/>.</summary>
public static class ImageFile
{
    /// <summary>Reads a JPEG, PNG, WebP, GIF or BMP file.</summary>
    /// <param name="path">The file; its name's extension does not matter.</param>
    /// <param name="limits">What it may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">The file cannot be opened, or is refused by <see cref="ImageDecoder.Decode"/>.</exception>
    public static RgbImage Read(string path, ImageLimits? limits = null)
    {
        try
        {
            if (Directory.Exists(path))
                throw new InvalidInputException($"{path} is a folder; a picture file is expected.");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Read(stream, path, limits);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{path} does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a picture from a stream up to its end.</summary>
    /// <param name="stream">Left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">What it may cost; <see cref="ImageLimits.Default"/> when null. Reading stops at the byte limit.</param>
    /// <exception cref="InvalidInputException">As at <see cref="ImageDecoder.Decode"/>.</exception>
    public static RgbImage Read(Stream stream, string name, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            // A pipe or an upload tells no length beforehand: count while it comes.
            if (copy.Length + count > limits.MaxBytes)
                throw ImageDecoder.TooManyBytes(name, limits);
            copy.Write(buffer, 0, count);
        }
        return ImageDecoder.Decode(copy.GetBuffer().AsSpan(0, (int)copy.Length), name, limits);
    }

    /// <summary>The format that a file name's extension asks for: .png, .jpg, .jpeg or .webp.</summary>
    /// <exception cref="InvalidInputException">Another extension, or none.</exception>
    public static ImageFormat FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageFormat.Png,
        ".jpg" or ".jpeg" => ImageFormat.Jpeg,
        ".webp" => ImageFormat.WebP,
        _ => throw new InvalidInputException($"{path}: pictures are written as .png, .jpg, .jpeg or .webp."),
    };

    /// <summary>Writes a picture in the format its extension names; missing folders are made. The file is whole or not there: it is written beside its place, flushed, then renamed.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1-100 for JPEG and WebP.</param>
    /// <exception cref="InvalidInputException">Unknown extension, a folder that cannot be written, a full disk.</exception>
    public static void Write(string path, RgbImage image, int quality = ImageEncoder.DefaultQuality)
    {
        var bytes = ImageEncoder.Encode(image, FormatOf(path), quality);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}

using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>A square training picture with its validity mask.</summary>
/// <param name="Rgb">3 × side × side, channels first.</param>
/// <param name="Mask">side × side, 1 where the picture is valid; null where all of it is.</param>
internal readonly record struct MaskedPicture(byte[] Rgb, byte[]? Mask)
{
    private const int Valid = 250;

    /// <summary>Decodes a file; alpha below 250 marks pixels that nothing is known of.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="side">Side in pixels it is brought to; a picture that is not square loses what is too much on both sides.</param>
    /// <exception cref="InvalidInputException">As at <see cref="ImageDecoder.Decode"/>.</exception>
    public static MaskedPicture Decode(byte[] file, string name, int side)
    {
        var (pixels, width, height) = ImageDecoder.DecodeTransparent(file, name);
        var size = Math.Min(width, height);
        var (rgb, alpha) = (new byte[size * size * 3], new byte[size * size * 3]);
        var whole = true;
        for (var y = 0; y < size; y++)
            for (var x = 0; x < size; x++)
            {
                var from = 4 * ((y + (height - size) / 2) * width + x + (width - size) / 2);
                var to = 3 * (y * size + x);
                pixels.AsSpan(from, 3).CopyTo(rgb.AsSpan(to));
                alpha[to] = pixels[from + 3];
                whole &= pixels[from + 3] >= Valid;
            }
        return new(Planes(Fit(rgb, size, side)), whole ? null : MaskOf(Fit(alpha, size, side)));
    }

    private static RgbImage Fit(byte[] pixels, int size, int side)
    {
        var image = new RgbImage(size, size, pixels);
        return size == side ? image : image.Resize(side, side);
    }

    private static byte[] Planes(RgbImage image)
    {
        var count = image.Width * image.Height;
        var planes = new byte[3 * count];
        for (var i = 0; i < count; i++)
            for (var c = 0; c < 3; c++)
                planes[c * count + i] = image.Pixels[3 * i + c];
        return planes;
    }

    private static byte[] MaskOf(RgbImage alpha)
    {
        var mask = new byte[alpha.Width * alpha.Height];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = alpha.Pixels[3 * i] >= Valid ? (byte)1 : (byte)0;
        return mask;
    }
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.Imaging;

/// <summary>A decoded picture: 8 bits a channel, R G B interleaved, rows from the top, no padding; sRGB, upright.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps pixels without copying.</summary>
    /// <exception cref="ArgumentException">The buffer does not hold width × height × 3 bytes.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != width * height * 3)
            throw new ArgumentException($"{pixels.Length} bytes are not a {width} × {height} RGB picture.");
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The bytes, [Height, Width, 3] in row-major order.</summary>
    public byte[] Pixels { get; }

    /// <summary>The picture in another size.</summary>
    /// <param name="width">New width in pixels.</param>
    /// <param name="height">New height in pixels; the proportions may change.</param>
    /// <param name="filter">How; Lanczos agrees with Pillow's to the last bit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    public RgbImage Resize(int width, int height, ResizeFilter filter = ResizeFilter.Lanczos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return Resampler.Resize(this, width, height, filter);
    }

    /// <summary>The picture's part that begins at (<paramref name="x"/>, <paramref name="y"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or reaches out of the picture.</exception>
    public RgbImage Crop(int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || x > Width - width || y > Height - height)
            throw new ArgumentOutOfRangeException(nameof(x), $"{width} × {height} pixels at ({x}, {y}) do not lie inside a {Width} × {Height} picture.");
        var part = new byte[width * height * 3];
        for (var row = 0; row < height; row++)
            Array.Copy(Pixels, ((y + row) * Width + x) * 3, part, row * width * 3, width * 3);
        return new RgbImage(width, height, part);
    }

    /// <summary>The picture as float32 [3, H, W] in [-1, 1].</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return tensor(Pixels, dtype: ScalarType.Byte).view(Height, Width, 3).permute(2, 0, 1).to(ScalarType.Float32).mul_(2.0 / 255).sub_(1).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>A picture from a tensor [3, H, W] in [-1, 1]; values outside are clamped, values between levels rounded.</summary>
    /// <exception cref="ArgumentException">The tensor is not [3, H, W].</exception>
    public static RgbImage FromTensor(Tensor image)
    {
        if (image.dim() != 3 || image.shape[0] != 3)
            throw new ArgumentException($"Expected [3, H, W], got [{string.Join(", ", image.shape)}].");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var bytes = image.detach().to(ScalarType.Float32).add(1).mul_(127.5).round_().clamp_(0, 255).to(ScalarType.Byte).permute(1, 2, 0).contiguous().cpu();
        var pixels = new byte[bytes.numel()];
        bytes.bytes.CopyTo(pixels);
        return new RgbImage((int)image.shape[2], (int)image.shape[1], pixels);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WebStudio.Gpu.Imaging;

/// <summary>Cuts a parallelogram out of a picture with bilinear interpolation and no smoothing, black where it lies outside (Pillow's QUAD transform).</summary>
internal static class AffineSampler
{
    /// <summary>A square picture of <paramref name="size"/> pixels.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="topLeft">The result's corner in the picture, where the first pixel covers 0 to 1.</param>
    /// <param name="right">From there to the result's top right corner.</param>
    /// <param name="down">From there to the result's bottom left corner.</param>
    /// <param name="size">Side of the result.</param>
    public static RgbImage Sample(RgbImage image, (double X, double Y) topLeft, (double X, double Y) right, (double X, double Y) down, int size)
    {
        // Four bytes are read for every pixel: one more than there may be.
        var from = new byte[image.Pixels.Length + 1];
        image.Pixels.CopyTo(from, 0);
        ref var origin = ref MemoryMarshal.GetArrayDataReference(from);
        var to = new byte[size * size * 3];
        var at = 0;
        for (var y = 0; y < size; y++)
            for (var x = 0; x < size; x++, at += 3)
            {
                var (s, t) = ((x + 0.5) / size, (y + 0.5) / size);
                var px = topLeft.X + s * right.X + t * down.X;
                var py = topLeft.Y + s * right.Y + t * down.Y;
                if (!(px >= 0 && px < image.Width && py >= 0 && py < image.Height))
                    continue;
                var (left, top) = ((int)Math.Floor(px - 0.5), (int)Math.Floor(py - 0.5));
                var (dx, dy) = ((float)(px - 0.5 - left), (float)(py - 0.5 - top));
                // At the border the nearest pixel stands for the one outside.
                var (x0, x1) = (Math.Max(left, 0), Math.Min(left + 1, image.Width - 1));
                var (y0, y1) = (Math.Max(top, 0) * image.Width, Math.Min(top + 1, image.Height - 1) * image.Width);
                var upper = Mix(Pixel(ref origin, y0 + x0), Pixel(ref origin, y0 + x1), dx);
                var lower = Mix(Pixel(ref origin, y1 + x0), Pixel(ref origin, y1 + x1), dx);
                var levels = Vector128.ConvertToInt32(Mix(upper, lower, dy));
                (to[at], to[at + 1], to[at + 2]) = ((byte)levels[0], (byte)levels[1], (byte)levels[2]);
            }
        return new RgbImage(size, size, to);
    }

    private static Vector128<float> Mix(Vector128<float> a, Vector128<float> b, float amount) => a + (b - a) * amount;

    private static Vector128<float> Pixel(ref byte origin, int index)
    {
        var packed = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref origin, index * 3))).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(packed)).AsInt32());
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WebStudio.Gpu.Imaging;

/// <summary>Separable resampling of 8-bit pictures: rows first, rounded to 8 bits, then columns, as Pillow does.</summary>
internal static class Resampler
{
    private const int Half = 1 << (ResampleWeights.Precision - 1);

    public static RgbImage Resize(RgbImage image, int width, int height, ResizeFilter filter)
    {
        var pixels = image.Pixels;
        if (width != image.Width)
            pixels = AlongRows(pixels, image.Width, image.Height, ResampleWeights.For(image.Width, width, filter), width);
        if (height != image.Height)
            pixels = AlongColumns(pixels, width, ResampleWeights.For(image.Height, height, filter), height);
        return new RgbImage(width, height, ReferenceEquals(pixels, image.Pixels) ? [.. pixels] : pixels);
    }

    private static byte[] AlongRows(byte[] from, int fromWidth, int height, ResampleWeights axis, int width)
    {
        var to = new byte[width * height * 3];
        // A pixel is fetched as four bytes at once; the row's copy has room for the one too many.
        var row = new byte[fromWidth * 3 + 1];
        for (var y = 0; y < height; y++)
        {
            from.AsSpan(y * fromWidth * 3, fromWidth * 3).CopyTo(row);
            ref var start = ref MemoryMarshal.GetArrayDataReference(row);
            var at = y * width * 3;
            for (var x = 0; x < width; x++, at += 3)
            {
                var (first, weights) = axis[x];
                var sum = Vector128.Create(Half);
                ref var pixel = ref Unsafe.Add(ref start, first * 3);
                foreach (var weight in weights)
                {
                    var packed = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref pixel)).AsByte();
                    sum += Vector128.WidenLower(Vector128.WidenLower(packed)).AsInt32() * weight;
                    pixel = ref Unsafe.Add(ref pixel, 3);
                }
                sum >>= ResampleWeights.Precision;
                to[at] = (byte)Math.Clamp(sum[0], 0, 255);
                to[at + 1] = (byte)Math.Clamp(sum[1], 0, 255);
                to[at + 2] = (byte)Math.Clamp(sum[2], 0, 255);
            }
        }
        return to;
    }

    private static byte[] AlongColumns(byte[] from, int width, ResampleWeights axis, int height)
    {
        var stride = width * 3;
        var to = new byte[stride * height];
        var sums = new int[stride];
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = axis[y];
            Array.Fill(sums, Half);
            for (var k = 0; k < weights.Length; k++)
                AddWeighted(sums, from.AsSpan((first + k) * stride, stride), weights[k]);
            var row = to.AsSpan(y * stride, stride);
            for (var i = 0; i < stride; i++)
                row[i] = (byte)Math.Clamp(sums[i] >> ResampleWeights.Precision, 0, 255);
        }
        return to;
    }

    private static void AddWeighted(Span<int> sums, ReadOnlySpan<byte> row, int weight)
    {
        var i = 0;
        for (; i + Vector128<byte>.Count <= row.Length; i += Vector128<byte>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(row.Slice(i, 16)));
            var (a, b) = Vector128.Widen(low);
            var (c, d) = Vector128.Widen(high);
            var to = sums.Slice(i, 16);
            (Vector128.Create<int>(to) + a.AsInt32() * weight).CopyTo(to);
            (Vector128.Create<int>(to[4..]) + b.AsInt32() * weight).CopyTo(to[4..]);
            (Vector128.Create<int>(to[8..]) + c.AsInt32() * weight).CopyTo(to[8..]);
            (Vector128.Create<int>(to[12..]) + d.AsInt32() * weight).CopyTo(to[12..]);
        }
        for (; i < row.Length; i++)
            sums[i] += row[i] * weight;
    }
}

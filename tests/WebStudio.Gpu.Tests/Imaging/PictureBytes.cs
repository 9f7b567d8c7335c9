using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Imaging;

/// <summary>Picture files that no encoder at hand writes, byte by byte from the formats' specifications.</summary>
internal static class PictureBytes
{
    /// <summary>A picture whose every pixel differs from its neighbours, so that any flip or shift shows.</summary>
    public static RgbImage Gradient(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = (y * width + x) * 3;
                pixels[at] = (byte)(255 * x / Math.Max(1, width - 1));
                pixels[at + 1] = (byte)(255 * y / Math.Max(1, height - 1));
                pixels[at + 2] = (byte)(40 + 100 * x / width + 100 * y / height);
            }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>The JPEG with an EXIF segment that holds nothing but the orientation, put right behind the start marker.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0"u8, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return [0xff, 0xd8, 0xff, 0xe1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg.AsSpan(2)];
    }

    /// <summary>A PNG from raw scan lines (each without its filter byte).</summary>
    public static byte[] Png(int width, int height, int bitDepth, int colourType, IEnumerable<byte[]> rows, bool interlaced = false)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            foreach (var row in rows)
            {
                zlib.WriteByte(0);
                zlib.Write(row);
            }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bitDepth, (byte)colourType, interlaced ? (byte)1 : (byte)0);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>A 64 × 64 grayscale PNG of noise in the seven passes of Adam7.</summary>
    public static byte[] InterlacedPng(Random random)
    {
        (int Width, int Height)[] passes = [(8, 8), (8, 8), (16, 8), (16, 16), (32, 16), (32, 32), (64, 32)];
        return Png(64, 64, 8, 0, passes.SelectMany(p => Enumerable.Range(0, p.Height).Select(_ => Noise(p.Width))), interlaced: true);

        byte[] Noise(int length)
        {
            var row = new byte[length];
            random.NextBytes(row);
            return row;
        }
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
        var crc = uint.MaxValue;
        foreach (var b in body)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }
        var framed = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(framed, content.Length);
        body.CopyTo(framed, 4);
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(^4), ~crc);
        return framed;
    }

    /// <summary>An 8 × 8 CMYK JPEG of one colour as Adobe's programs write it: four components, stored inverted (255 = no ink).</summary>
    public static byte[] CmykJpeg(byte cyan, byte magenta, byte yellow, byte black)
    {
        var bits = new StringBuilder();
        foreach (var ink in (byte[])[cyan, magenta, yellow, black])
        {
            // Quantisation 8 makes the DC coefficient the level's offset from 128; category codes are 4 bits wide, '0' ends the block.
            var dc = ink - 128;
            var category = dc == 0 ? 0 : int.Log2(Math.Abs(dc)) + 1;
            bits.Append(Convert.ToString(category, 2).PadLeft(4, '0'));
            if (category > 0)
                bits.Append(Convert.ToString(dc > 0 ? dc : dc + (1 << category) - 1, 2).PadLeft(category, '0'));
            bits.Append('0');
        }
        while (bits.Length % 8 != 0)
            bits.Append('1');
        var scan = new List<byte>();
        for (var i = 0; i < bits.Length; i += 8)
        {
            scan.Add(Convert.ToByte(bits.ToString(i, 8), 2));
            if (scan[^1] == 0xff)
                scan.Add(0);
        }
        byte[] components = [1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0];
        byte[] scanComponents = [1, 0, 2, 0, 3, 0, 4, 0];
        byte[] quantisation = [0, .. Enumerable.Repeat((byte)8, 64)];
        byte[] dcTable = [0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] acTable = [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        return
        [
            0xff, 0xd8, .. Segment(0xee, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]), .. Segment(0xdb, quantisation),
            .. Segment(0xc0, [8, 0, 8, 0, 8, 4, .. components]), .. Segment(0xc4, dcTable), .. Segment(0xc4, acTable),
            .. Segment(0xda, [4, .. scanComponents, 0, 63, 0]), .. scan, 0xff, 0xd9,
        ];
    }

    private static byte[] Segment(byte marker, byte[] content) => [0xff, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    /// <summary>A GIF of <paramref name="side"/> × <paramref name="side"/> pixels: one frame for every index, each filled with one colour of the palette red, green, blue, white.</summary>
    public static byte[] Gif(int side, params int[] frames)
    {
        List<byte> gif = [.. "GIF89a"u8, (byte)side, 0, (byte)side, 0, 0x91, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        foreach (var index in frames)
        {
            gif.AddRange([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, (byte)side, 0, (byte)side, 0, 0, 2]);
            // A clear code before every pixel keeps the codes three bits wide.
            var codes = Enumerable.Range(0, side * side).SelectMany(_ => (int[])[4, index]).Append(5);
            var (bits, count, packed) = (0, 0, new List<byte>());
            foreach (var code in codes)
            {
                bits |= code << count;
                for (count += 3; count >= 8; count -= 8, bits >>= 8)
                    packed.Add((byte)bits);
            }
            packed.Add((byte)bits);
            foreach (var block in packed.Chunk(255))
                gif.AddRange([(byte)block.Length, .. block]);
            gif.Add(0);
        }
        gif.Add(0x3b);
        return [.. gif];
    }

    /// <summary>A 24-bit BMP.</summary>
    public static byte[] Bmp(RgbImage image)
    {
        var stride = (image.Width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * image.Height];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in ((int, int)[])[(2, file.Length), (10, 54), (14, 40), (18, image.Width), (22, image.Height), (26, 1 | 24 << 16)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                for (var c = 0; c < 3; c++)
                    file[54 + (image.Height - 1 - y) * stride + 3 * x + 2 - c] = image.Pixels[(y * image.Width + x) * 3 + c];
        return file;
    }
}

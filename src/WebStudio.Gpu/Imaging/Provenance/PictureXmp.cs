using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace WebStudio.Gpu.Imaging.Provenance;

/// <summary>XMP packets in picture files: APP1 of a JPEG, iTXt of a PNG, the XMP chunk of a WebP. The compressed picture is not touched.</summary>
public static class PictureXmp
{
    private const int MostSegment = 65_535 - 2;

    private static ReadOnlySpan<byte> JpegName => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> PngName => "XML:com.adobe.xmp\0"u8;

    /// <summary>The file with what it says of its making; metadata it had before goes.</summary>
    /// <param name="file">A JPEG, PNG or WebP file as <see cref="ImageEncoder"/> writes it.</param>
    /// <param name="provenance">What it shall say.</param>
    /// <exception cref="ArgumentException">It is none of these, or not laid out as its format says.</exception>
    public static byte[] Write(byte[] file, PictureProvenance provenance)
    {
        var packet = XmpPacket.Write(provenance);
        var stripped = IsJpeg(file) ? PictureMetadata.StripJpeg(file) : IsPng(file) ? PictureMetadata.StripPng(file) : IsWebP(file) ? PictureMetadata.StripWebP(file) : null;
        if (stripped is null)
            throw new ArgumentException("Only JPEG, PNG and WebP files carry provenance.", nameof(file));
        return IsJpeg(file) ? IntoJpeg(stripped, packet) : IsPng(file) ? IntoPng(stripped, packet) : IntoWebP(stripped, packet);
    }

    /// <summary>What a file says of its making; null where it says nothing, is no such picture, or is damaged. Nothing of it can be believed without further proof: who makes a picture can write anything.</summary>
    /// <param name="file">All bytes of the file.</param>
    public static PictureProvenance? Read(ReadOnlySpan<byte> file) =>
        XmpPacket.Read(IsJpeg(file) ? FromJpeg(file) : IsPng(file) ? FromPng(file) : IsWebP(file) ? FromWebP(file) : []);

    private static bool IsJpeg(ReadOnlySpan<byte> file) => file.Length > 4 && file[0] == 0xff && file[1] == 0xd8;

    private static bool IsPng(ReadOnlySpan<byte> file) => file.Length > 20 && file[..8].SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

    private static bool IsWebP(ReadOnlySpan<byte> file) => file.Length > 20 && file[..4].SequenceEqual("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8);

    private static byte[] IntoJpeg(byte[] file, byte[] packet)
    {
        var length = 2 + JpegName.Length + packet.Length;
        if (length > MostSegment)
            throw new ArgumentException("The provenance is too long for a JPEG file.");
        var at = 2;
        // JFIF comes first where there is one.
        if (file.Length > 6 && file[2] == 0xff && file[3] == 0xe0)
            at = 4 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(4));
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)length);
        return [.. file[..at], 0xff, 0xe1, .. size, .. JpegName, .. packet, .. file[at..]];
    }

    private static ReadOnlySpan<byte> FromJpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xff;)
        {
            if (file[at + 1] == 0xff)
            {
                at++; // a fill byte
                continue;
            }
            if (file[at + 1] is 0xd9 or 0xda)
                break;
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (end < at + 4 || end > file.Length)
                break;
            var content = file[(at + 4)..end];
            if (file[at + 1] == 0xe1 && content.StartsWith(JpegName))
                return content[JpegName.Length..];
            at = end;
        }
        return [];
    }

    private static byte[] IntoPng(byte[] file, byte[] packet)
    {
        // Keyword, no compression, no language, no translated keyword, text.
        byte[] body = [.. "iTXt"u8, .. PngName, 0, 0, 0, 0, .. packet];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)body.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32(body));
        const int header = 8 + 25; // signature and IHDR
        return [.. file[..header], .. length, .. body, .. crc, .. file[header..]];
    }

    private static ReadOnlySpan<byte> FromPng(ReadOnlySpan<byte> file)
    {
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12)
                break;
            var content = file.Slice(at + 8, (int)length);
            if (file.Slice(at + 4, 4).SequenceEqual("iTXt"u8) && content.StartsWith(PngName))
            {
                var rest = content[PngName.Length..];
                if (rest.Length < 4 || rest[0] > 1)
                    break;
                var compressed = rest[0] == 1;
                rest = rest[2..];
                for (var zeros = 0; zeros < 2; zeros++)
                {
                    var end = rest.IndexOf((byte)0);
                    if (end < 0)
                        return [];
                    rest = rest[(end + 1)..];
                }
                return compressed ? Inflated(rest) : rest;
            }
            at += (int)length + 12;
        }
        return [];
    }

    /// <summary>At most as much as a packet may have, whatever the compressed bytes would become.</summary>
    private static byte[] Inflated(ReadOnlySpan<byte> packed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var text = new byte[XmpPacket.MostBytes + 1];
            return text[..zlib.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static byte[] IntoWebP(byte[] file, byte[] packet)
    {
        const byte xmp = 0x04, alpha = 0x10;
        var chunks = file.AsSpan(12).ToArray();
        byte[] extended;
        if (chunks.AsSpan().StartsWith("VP8X"u8))
        {
            chunks[8] |= xmp;
            extended = chunks;
        }
        else
        {
            var image = ImageDecoder.Decode(file, "picture");
            var head = new byte[18];
            "VP8X"u8.CopyTo(head);
            head[4] = 10;
            // Of the simple forms only the lossless one can be transparent, and says so behind its size (RFC 9649, 3.4).
            head[8] = chunks.AsSpan().StartsWith("VP8L"u8) && (chunks[12] & 0x10) != 0 ? (byte)(xmp | alpha) : xmp;
            Put24(head, 12, image.Width - 1);
            Put24(head, 15, image.Height - 1);
            extended = [.. head, .. chunks];
        }
        var size = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)packet.Length);
        byte[] padding = packet.Length % 2 == 1 ? [0] : [];
        byte[] body = [.. "WEBP"u8, .. extended, .. "XMP "u8, .. size, .. packet, .. padding];
        var total = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(total, (uint)body.Length);
        return [.. "RIFF"u8, .. total, .. body];

        static void Put24(byte[] into, int at, int value) => (into[at], into[at + 1], into[at + 2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
    }

    private static ReadOnlySpan<byte> FromWebP(ReadOnlySpan<byte> file)
    {
        for (var at = 12; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - 8)
                break;
            if (file.Slice(at, 4).SequenceEqual("XMP "u8))
                return file.Slice(at + 8, (int)length);
            at += 8 + (int)length + (int)(length & 1);
        }
        return [];
    }
}

using System.Buffers.Binary;

namespace WebStudio.Gpu.Imaging;

/// <summary>
/// Removes everything from picture files that is not needed to show them: EXIF (place, time, camera), XMP, IPTC, comments, thumbnails, further pictures and videos behind the first. The
/// compressed picture is not touched. What is kept is listed, so that what is unknown goes. Null where the file is not laid out as its format says.
/// </summary>
internal static class PictureMetadata
{
    public static byte[]? StripJpeg(ReadOnlySpan<byte> file)
    {
        using var kept = new MemoryStream(file.Length);
        kept.Write(file[..2]);
        for (var at = 2; at + 4 <= file.Length;)
        {
            if (file[at] != 0xff)
                return null;
            var marker = file[at + 1];
            if (marker == 0xff)
            {
                at++; // a fill byte
                continue;
            }
            if (marker == 0xd9)
                break;
            if (marker is 0x01 or >= 0xd0 and <= 0xd8)
                return null; // nothing that stands alone belongs between segments
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (end < at + 4 || end > file.Length)
                return null;
            if (IsNeeded(marker, file[(at + 4)..end]))
                kept.Write(file[at..end]);
            at = end;
            if (marker == 0xda)
            {
                at = EndOfScan(file, at);
                kept.Write(file[end..at]);
            }
            if (at + 2 <= file.Length && file[at] == 0xff && file[at + 1] == 0xd9)
            {
                kept.Write(file.Slice(at, 2));
                return kept.ToArray();
            }
        }
        return null;
    }

    public static byte[]? StripPng(ReadOnlySpan<byte> file)
    {
        using var kept = new MemoryStream(file.Length);
        kept.Write(file[..8]);
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12)
                return null;
            var chunk = file.Slice(at, (int)length + 12);
            var type = chunk[4..8];
            if (type.SequenceEqual("IHDR"u8) || type.SequenceEqual("PLTE"u8) || type.SequenceEqual("IDAT"u8) || type.SequenceEqual("gAMA"u8) || type.SequenceEqual("cHRM"u8)
                || type.SequenceEqual("sRGB"u8) || type.SequenceEqual("iCCP"u8) || type.SequenceEqual("cICP"u8) || type.SequenceEqual("sBIT"u8) || type.SequenceEqual("IEND"u8))
                kept.Write(chunk);
            if (type.SequenceEqual("IEND"u8))
                return kept.ToArray();
            at += chunk.Length;
        }
        return null;
    }

    public static byte[]? StripWebP(ReadOnlySpan<byte> file)
    {
        const byte exif = 0x08, xmp = 0x04;
        using var kept = new MemoryStream(file.Length);
        kept.Write(file[..12]);
        for (var at = 12; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - 8)
                return null;
            var chunk = file.Slice(at, Math.Min((int)length + (int)(length & 1) + 8, file.Length - at)).ToArray();
            var type = chunk.AsSpan(0, 4);
            if (type.SequenceEqual("ANIM"u8) || type.SequenceEqual("ANMF"u8))
                return null;
            if (type.SequenceEqual("VP8X"u8) && length >= 10)
                chunk[8] &= unchecked((byte)~(exif | xmp));
            if (type.SequenceEqual("VP8X"u8) || type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8) || type.SequenceEqual("ICCP"u8))
                kept.Write(chunk);
            at += chunk.Length;
        }
        var result = kept.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(result.AsSpan(4), (uint)(result.Length - 8));
        return result.Length > 20 ? result : null;
    }

    /// <summary>Of the application segments only those that say how the numbers become colours.</summary>
    private static bool IsNeeded(byte marker, ReadOnlySpan<byte> content) => marker switch
    {
        0xe0 => content.StartsWith("JFIF\0"u8),
        0xe2 => content.StartsWith("ICC_PROFILE\0"u8),
        0xee => content.StartsWith("Adobe"u8),
        >= 0xe1 and <= 0xef or 0xfe => false,
        _ => true,
    };

    /// <summary>Where the entropy-coded data that begins here ends: at the next marker that is neither a stuffed byte nor a restart.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> file, int at)
    {
        while (true)
        {
            var step = file[at..].IndexOf((byte)0xff);
            if (step < 0 || at + step + 1 >= file.Length)
                return file.Length;
            at += step;
            if (file[at + 1] is not (0 or 0xff or >= 0xd0 and <= 0xd7))
                return at;
            at += file[at + 1] == 0xff ? 1 : 2;
        }
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace WebStudio.Server.Tests.Exports;

/// <summary>Reads a ZIP by the format's own description (PKWARE's APPNOTE, with ZIP64), from its directory at the end, with every checksum compared: another reader than the one whose writer is tested.</summary>
internal static class PlainZip
{
    private const uint Directory = 0x02014b50, End = 0x06054b50, Entry = 0x04034b50, Full = uint.MaxValue;

    /// <summary>Names in the order of the directory, with contents.</summary>
    /// <exception cref="InvalidDataException">It is no whole ZIP.</exception>
    public static IReadOnlyList<(string Name, byte[] Content)> Read(byte[] file)
    {
        var end = file.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || U32(file, end) != End)
            throw new InvalidDataException("There is no end of a directory: the file is cut off.");
        var (count, at) = ((int)U16(file, end + 10), (long)U32(file, end + 16));
        var entries = new List<(string, byte[])>();
        for (var n = 0; n < count; n++)
        {
            var d = checked((int)at);
            if (U32(file, d) != Directory)
                throw new InvalidDataException($"Entry {n} of the directory is none.");
            var (method, crc, packed, plain, start) = (U16(file, d + 10), U32(file, d + 16), (long)U32(file, d + 20), (long)U32(file, d + 24), (long)U32(file, d + 42));
            var (nameLength, extraLength, commentLength) = (U16(file, d + 28), U16(file, d + 30), U16(file, d + 32));
            var name = Encoding.UTF8.GetString(file, d + 46, nameLength);
            var extra = file.AsSpan(d + 46 + nameLength, extraLength);
            while (extra.Length >= 4)
            {
                var (kind, size) = (BinaryPrimitives.ReadUInt16LittleEndian(extra), BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
                var values = extra.Slice(4, size);
                if (kind == 1) // ZIP64: those of the three that did not fit, in this order
                {
                    plain = Large(plain, ref values);
                    packed = Large(packed, ref values);
                    start = Large(start, ref values);
                }
                extra = extra[(4 + size)..];
            }
            entries.Add((name, Content(file, name, start, method, packed, plain, crc)));
            at += 46 + nameLength + extraLength + commentLength;
        }
        return entries;
    }

    private static byte[] Content(byte[] file, string name, long start, int method, long packed, long plain, uint crc)
    {
        var s = checked((int)start);
        if (U32(file, s) != Entry)
            throw new InvalidDataException($"{name} is not where the directory says.");
        var from = s + 30 + U16(file, s + 26) + U16(file, s + 28);
        using var body = new MemoryStream(file, from, checked((int)packed));
        using var content = new MemoryStream();
        if (method == 8)
        {
            using var inflated = new DeflateStream(body, CompressionMode.Decompress);
            inflated.CopyTo(content);
        }
        else
            body.CopyTo(content);
        var bytes = content.ToArray();
        return bytes.Length == plain && Crc(bytes) == crc ? bytes : throw new InvalidDataException($"{name} has {bytes.Length} bytes, {plain} are meant, or another checksum.");
    }

    private static long Large(long value, ref Span<byte> values)
    {
        if (value != Full)
            return value;
        value = BinaryPrimitives.ReadInt64LittleEndian(values);
        values = values[8..];
        return value;
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xedb88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }

    private static ushort U16(byte[] file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

    private static uint U32(byte[] file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
}

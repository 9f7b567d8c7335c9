using System.Buffers.Binary;
using System.Text;
using WebStudio.Gpu.Checkpoints.Pickles;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>
/// The table of contents of a ZIP archive as torch writes it: records are stored, never compressed, so each is a window of the file. Anything
/// that needs decompression is refused, and records may not overlap: the archive cannot hold more than the file does.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054B50, End64LocatorSignature = 0x07064B50, End64Signature = 0x06064B50;
    private const uint EntrySignature = 0x02014B50, LocalSignature = 0x04034B50;
    private const int EndSize = 22, End64LocatorSize = 20, End64Size = 56, EntrySize = 46, LocalSize = 30;

    /// <summary>Records by name.</summary>
    /// <exception cref="CheckpointException">The archive is cut short, compressed, encrypted or contradictory.</exception>
    public static IReadOnlyDictionary<string, ByteWindow> Read(ByteWindow file)
    {
        var (count, offset, size) = FindDirectory(file);
        if (count > size / EntrySize)
            throw file.Refuse(offset, $"the archive claims {count} records in a table of {size} bytes");
        var records = new Dictionary<string, ByteWindow>();
        var extents = new List<(long Begin, long End, string Name)>();
        var at = offset;
        for (long i = 0; i < count; i++)
        {
            var entry = ReadEntry(file, ref at, offset + size);
            var data = FindData(file, entry);
            if (!records.TryAdd(entry.Name, file.Slice(data, entry.Size)))
                throw file.Refuse(at, $"record '{entry.Name}' is there twice");
            extents.Add((entry.Offset, data + entry.Size, entry.Name));
        }
        extents.Sort();
        for (var i = 1; i < extents.Count; i++)
            if (extents[i].Begin < extents[i - 1].End)
                throw file.Refuse(extents[i].Begin, $"record '{extents[i].Name}' overlaps '{extents[i - 1].Name}'");
        return records;
    }

    /// <summary>The end record lies in the last 64 KiB (before a comment); archives beyond 4 GiB or 65535 records have a second, wider one.</summary>
    private static (long Count, long Offset, long Size) FindDirectory(ByteWindow file)
    {
        var tail = new byte[Math.Min(file.Length, EndSize + ushort.MaxValue)];
        var tailStart = file.Length - tail.Length;
        file.Read(tailStart, tail);
        for (var i = tail.Length - EndSize; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (UInt32(end, 0) != EndSignature || UInt16(end, 20) != end.Length - EndSize)
                continue;
            var (count, size, offset) = (UInt16(end, 10), UInt32(end, 12), UInt32(end, 16));
            return count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue
                ? ReadWide(file, tailStart + i)
                : Check(file, count, offset, size);
        }
        throw file.Refuse(file.Length, "the archive has no table of contents; it is cut short");
    }

    private static (long Count, long Offset, long Size) ReadWide(ByteWindow file, long end)
    {
        var locator = new byte[End64LocatorSize];
        file.Read(end - End64LocatorSize, locator);
        var wide = new byte[End64Size];
        if (UInt32(locator, 0) != End64LocatorSignature)
            throw file.Refuse(end, "the archive's wide table of contents is missing");
        var at = Int64(file, locator, 8);
        file.Read(at, wide);
        if (UInt32(wide, 0) != End64Signature)
            throw file.Refuse(at, "the archive's wide table of contents is damaged");
        return Check(file, Int64(file, wide, 32), Int64(file, wide, 48), Int64(file, wide, 40));
    }

    private static (long Count, long Offset, long Size) Check(ByteWindow file, long count, long offset, long size)
    {
        file.Slice(offset, size);
        return (count, offset, size);
    }

    private sealed record Entry(string Name, long Offset, long Size);

    private static Entry ReadEntry(ByteWindow file, ref long at, long end)
    {
        var head = new byte[EntrySize];
        file.Read(at, head);
        var variable = new byte[UInt16(head, 28) + UInt16(head, 30)];
        if (UInt32(head, 0) != EntrySignature || at + EntrySize + variable.Length > end)
            throw file.Refuse(at, "the archive's table of contents is damaged");
        file.Read(at + EntrySize, variable);
        var name = Encoding.UTF8.GetString(variable, 0, UInt16(head, 28));
        if (UInt16(head, 10) != 0)
            throw file.Refuse(at, $"record '{name}' is compressed; torch stores records as they are");
        if ((UInt16(head, 8) & 1) != 0)
            throw file.Refuse(at, $"record '{name}' is encrypted");
        long packed = UInt32(head, 20), size = UInt32(head, 24), offset = UInt32(head, 42);
        ReadWideSizes(file, variable.AsSpan(UInt16(head, 28)), ref size, ref packed, ref offset);
        if (packed != size)
            throw file.Refuse(at, $"record '{name}' has two sizes, {packed} and {size}");
        at += EntrySize + variable.Length + UInt16(head, 32);
        return new(name, offset, size);
    }

    /// <summary>Extra field 1 holds, in this order, those numbers that did not fit 32 bits.</summary>
    private static void ReadWideSizes(ByteWindow file, ReadOnlySpan<byte> extra, ref long size, ref long packed, ref long offset)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min(UInt16(extra, 2), extra.Length - 4);
            var field = extra.Slice(4, length);
            if (UInt16(extra, 0) == 1)
            {
                Widen(file, ref field, ref size);
                Widen(file, ref field, ref packed);
                Widen(file, ref field, ref offset);
            }
            extra = extra[(4 + length)..];
        }
    }

    private static void Widen(ByteWindow file, ref ReadOnlySpan<byte> field, ref long value)
    {
        if (value != uint.MaxValue || field.Length < 8)
            return;
        value = Int64(file, field, 0);
        field = field[8..];
    }

    /// <summary>Data follow the local header, whose name and padding may be longer than the table's.</summary>
    private static long FindData(ByteWindow file, Entry entry)
    {
        var local = new byte[LocalSize];
        file.Read(entry.Offset, local);
        if (UInt32(local, 0) != LocalSignature)
            throw file.Refuse(entry.Offset, $"record '{entry.Name}' is not where the table of contents says");
        return entry.Offset + LocalSize + UInt16(local, 26) + UInt16(local, 28);
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ByteWindow file, ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) is var value and >= 0
        ? value
        : throw file.Refuse(0, "the archive's table of contents holds a size beyond 63 bits");
}

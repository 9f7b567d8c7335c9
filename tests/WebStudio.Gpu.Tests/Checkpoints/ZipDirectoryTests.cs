using System.Buffers.Binary;
using System.Text;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Checkpoints.Pickles;
using WebStudio.Gpu.Checkpoints.Torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class ZipDirectoryTests
{
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "a comment behind the table of contents")]
    public void Records_are_windows_of_the_file_also_in_archives_with_64_bit_sizes(bool wide, string comment)
    {
        var archive = Archive([new("a/data.pkl", "pickle"), new("a/data/0", "elements"), new("a/empty", "")], wide, comment);

        var records = ZipDirectory.Read(Window(archive));

        Assert.Equal(["a/data.pkl", "a/data/0", "a/empty"], records.Keys.Order());
        Assert.Equal("elements", Encoding.ASCII.GetString(records["a/data/0"].ToArray()));
        Assert.Equal(0, records["a/empty"].Length);
    }

    [Fact]
    public void Two_records_in_the_same_bytes_are_refused()
    {
        var archive = Archive([new("a", "some elements"), new("b", "others") { Offset = 0 }]);
        Assert.Contains("overlaps", Assert.Throws<CheckpointException>(() => ZipDirectory.Read(Window(archive))).Message);
    }

    [Fact]
    public void Contradictions_are_refused_by_record()
    {
        Refused([new("a", "x"), new("a", "y")], "'a' is there twice");
        Refused([new("a", "x") { Method = 8 }], "'a' is compressed");
        Refused([new("a", "x") { Flags = 1 }], "'a' is encrypted");
        Refused([new("a", "x") { Packed = 2 }], "'a' has two sizes");
        Refused([new("a", "x") { Offset = 3 }], "'a' is not where");
        Refused([new("a", "x") { Offset = 1_000_000 }], "bytes are needed");
        Refused([new("a", "x") { Packed = 5_000_000, Size = 5_000_000 }], "5000000 bytes are claimed");

        static void Refused(Record[] records, string says)
        {
            foreach (var wide in new[] { false, true })
                Assert.Contains(says, Assert.Throws<CheckpointException>(() => ZipDirectory.Read(Window(Archive(records, wide)))).Message);
        }
    }

    [Fact]
    public void Sizes_beyond_63_bits_and_counts_beyond_the_table_are_refused()
    {
        var negative = Archive([new("a", "x") { Size = -1, Packed = -1 }], wide: true);
        Assert.Contains("beyond 63 bits", Assert.Throws<CheckpointException>(() => ZipDirectory.Read(Window(negative))).Message);

        var many = Archive([new("a", "x")]);
        many[^12] = many[^14] = 200;
        Assert.Contains("claims 200 records", Assert.Throws<CheckpointException>(() => ZipDirectory.Read(Window(many))).Message);
    }

    private sealed record Record(string Name, string Content)
    {
        public int Method { get; init; }

        public int Flags { get; init; }

        public long? Offset { get; init; }

        public long? Size { get; init; }

        public long? Packed { get; init; }
    }

    private static ByteWindow Window(byte[] archive) => new("a.pt", new MemoryStream(archive));

    /// <summary>Local headers with contents, the table, and the end record; wide ones put every number into the 64-bit fields.</summary>
    private static byte[] Archive(Record[] records, bool wide = false, string comment = "")
    {
        var archive = new MemoryStream();
        var table = new MemoryStream();
        foreach (var record in records)
        {
            var (name, content, at) = (Encoding.UTF8.GetBytes(record.Name), Encoding.ASCII.GetBytes(record.Content), archive.Position);
            Write(archive, "PK\x03\x04"u8, (2, 20), (2, record.Flags), (2, record.Method), (8, 0), (4, content.Length), (4, content.Length), (2, name.Length), (2, 5));
            archive.Write([.. name, .. "FB\x01\x00Z"u8, .. content]);
            var (packed, size, offset) = (record.Packed ?? content.Length, record.Size ?? content.Length, record.Offset ?? at);
            Write(table, "PK\x01\x02"u8, (4, 20), (2, record.Flags), (2, record.Method), (8, 0), (4, wide ? -1 : packed), (4, wide ? -1 : size), (2, name.Length), (2, wide ? 28 : 0), (10, 0), (4, wide ? -1 : offset));
            table.Write(name);
            if (wide)
                Write(table, [], (2, 1), (2, 24), (8, size), (8, packed), (8, offset));
        }
        var start = archive.Position;
        archive.Write(table.ToArray());
        if (wide)
        {
            var end = archive.Position;
            Write(archive, "PK\x06\x06"u8, (8, 44), (4, 0), (8, 0), (8, records.Length), (8, records.Length), (8, table.Length), (8, start));
            Write(archive, "PK\x06\x07"u8, (4, 0), (8, end), (4, 1));
        }
        Write(archive, "PK\x05\x06"u8, (4, 0), (2, wide ? -1 : records.Length), (2, wide ? -1 : records.Length), (4, wide ? -1 : table.Length), (4, wide ? -1 : start), (2, comment.Length));
        archive.Write(Encoding.ASCII.GetBytes(comment));
        return archive.ToArray();
    }

    private static void Write(Stream stream, ReadOnlySpan<byte> signature, params (int Bytes, long Value)[] fields)
    {
        stream.Write(signature);
        Span<byte> field = stackalloc byte[16];
        foreach (var (bytes, value) in fields)
        {
            field.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(field, value);
            stream.Write(field[..bytes]);
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;

namespace WebStudio.Gpu.Tests.Imaging;

public class ProvenanceTests
{
    private static readonly PictureProvenance Full = new()
    {
        Source = DigitalSource.CompositeWithTrainedAlgorithmicMedia,
        Method = "edit",
        Model = "Léa & <Tom> \"1\"",
        ModelVersion = "0190-abc",
        Base = "faces-128",
        Seed = 17,
        Coordinates = new Dictionary<string, double> { ["yaw"] = -12.5, ["smile"] = 80 },
        PhotoSha256 = new string('a', 64),
        Created = new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero),
    };

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.WebP)]
    public void What_is_written_is_read_back_and_no_pixel_changes(ImageFormat format)
    {
        var plain = ImageEncoder.Encode(Picture(61, 47), format);
        var written = PictureXmp.Write(plain, Full);
        Assert.Equal(Comparable(Full), Comparable(PictureXmp.Read(written)!));
        Assert.Equal(ImageDecoder.Decode(plain, "a").Pixels, ImageDecoder.Decode(written, "b").Pixels);
        Assert.Null(PictureXmp.Read(plain));
        // Written again, it says the new thing only.
        var again = PictureXmp.Write(written, Full with { Method = "portrait" });
        Assert.Equal("portrait", PictureXmp.Read(again)!.Method);
        Assert.InRange(again.Length - written.Length, 3, 5); // "portrait" is four letters longer than "edit"; WebP makes lengths even
    }

    [Fact]
    public void Containers_are_laid_out_as_their_formats_say()
    {
        // Walked by hand, not with the product's own reader.
        var png = PictureXmp.Write(ImageEncoder.Encode(Picture(20, 10), ImageFormat.Png), Full);
        List<string> types = [];
        for (var at = 8; at < png.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            types.Add(Encoding.ASCII.GetString(png, at + 4, 4));
            Assert.Equal(Crc(png.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            if (types[^1] == "iTXt")
                Assert.StartsWith("XML:com.adobe.xmp\0\0\0\0\0<?xpacket", Encoding.UTF8.GetString(png, at + 8, length), StringComparison.Ordinal);
            at += 12 + length;
        }
        Assert.Equal("IHDR", types[0]);
        Assert.Equal("IEND", types[^1]);
        Assert.Single(types, "iTXt");

        var jpeg = PictureXmp.Write(ImageEncoder.Encode(Picture(20, 10), ImageFormat.Jpeg), Full);
        var marker = jpeg.AsSpan().IndexOf("http://ns.adobe.com/xap/1.0/\0"u8);
        Assert.Equal([0xff, 0xe1], jpeg[(marker - 4)..(marker - 2)]);
        var end = marker - 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(marker - 2));
        Assert.Equal(0xff, jpeg[end]); // the next marker follows right behind
        Assert.EndsWith("<?xpacket end=\"r\"?>", Encoding.UTF8.GetString(jpeg, marker, end - marker), StringComparison.Ordinal);

        var webp = PictureXmp.Write(ImageEncoder.Encode(Picture(21, 10), ImageFormat.WebP), Full);
        Assert.Equal(webp.Length - 8, (int)BinaryPrimitives.ReadUInt32LittleEndian(webp.AsSpan(4)));
        Assert.Equal("VP8X", Encoding.ASCII.GetString(webp, 12, 4));
        Assert.Equal(0x04, webp[20] & 0x04);
        Assert.Equal((20, 9), (webp[24] | webp[25] << 8 | webp[26] << 16, webp[27] | webp[28] << 8 | webp[29] << 16));
        Assert.True(webp.AsSpan().IndexOf("XMP "u8) > 0);
        Assert.Contains("http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia", Encoding.UTF8.GetString(webp), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:e='http://iptc.org/std/Iptc4xmpExt/2008-02-29/' e:DigitalSourceType='http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'/></rdf:RDF></x:xmpmeta>", true)] // as others write it: an attribute
    [InlineData("<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>", false)]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'trainedAlgorithmicMedia'>]><a>&b;</a>", false)]
    [InlineData("<a><b></a>", false)]
    [InlineData("", false)]
    public void Packets_of_others_are_read_carefully(string xml, bool known)
    {
        var jpeg = ImageEncoder.Encode(Picture(8, 8), ImageFormat.Jpeg);
        byte[] content = [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes(xml)];
        byte[] file = [0xff, 0xd8, 0xff, 0xe1, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content, .. jpeg[2..]];
        Assert.Equal(known ? DigitalSource.TrainedAlgorithmicMedia : null, PictureXmp.Read(file)?.Source);
    }

    [Fact]
    public void Damaged_files_say_nothing_and_break_nothing()
    {
        var random = new Random(1);
        foreach (var format in Enum.GetValues<ImageFormat>())
        {
            var file = PictureXmp.Write(ImageEncoder.Encode(Picture(16, 16), format), Full);
            for (var i = 0; i < 500; i++)
            {
                var damaged = (byte[])file.Clone();
                for (var k = 0; k < 4; k++)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                PictureXmp.Read(damaged.AsSpan(0, random.Next(damaged.Length)));
                PictureXmp.Read(damaged);
            }
        }
        Assert.Null(PictureXmp.Read([]));
        Assert.Throws<ArgumentException>(() => PictureXmp.Write("no picture at all, whatever its name"u8.ToArray(), Full));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(1024)]
    public void The_label_is_at_the_lower_edge_and_legible(int size)
    {
        var image = new RgbImage(size, size, [.. Enumerable.Repeat((byte)200, size * size * 3)]);
        var labelled = VisibleLabel.Draw(image, DigitalSource.TrainedAlgorithmicMedia);
        Assert.Equal(image.Pixels[..(size * size * 2)], labelled.Pixels[..(size * size * 2)]); // the upper two thirds
        var foot = labelled.Pixels[(size * (size - size / 12) * 3)..];
        Assert.Contains((byte)255, foot);
        Assert.Contains((byte)40, foot);
    }

    private static object Comparable(PictureProvenance p) => (p with { Coordinates = Full.Coordinates }, string.Join(';', p.Coordinates.OrderBy(c => c.Key)));

    private static RgbImage Picture(int width, int height)
    {
        var random = new Random(2);
        return new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.Next(256))]);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = 0xffffffffu;
        foreach (var b in data)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
        return ~crc;
    }
}

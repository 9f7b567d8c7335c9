using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;

namespace WebStudio.Gpu.Tests.Imaging;

/// <summary>Files of other programs, and of people who mean harm: put together here, chunk by chunk, as the formats' specifications say.</summary>
public class ForeignProvenanceTests
{
    private const string Iptc = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", Codes = "http://cv.iptc.org/newscodes/digitalsourcetype/";
    private static readonly RgbImage Picture = PictureBytes.Gradient(53, 38);

    [Theory]
    [InlineData("<r:Description xmlns:i='" + Iptc + "' i:DigitalSourceType='" + Codes + "trainedAlgorithmicMedia'/>", DigitalSource.TrainedAlgorithmicMedia)]
    [InlineData("<r:Description xmlns:i='" + Iptc + "'><i:DigitalSourceType r:resource='https://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia'/></r:Description>", DigitalSource.CompositeWithTrainedAlgorithmicMedia)]
    [InlineData("<r:Description xmlns:q='urn:q'><q:T>x</q:T></r:Description><r:Description xmlns:i='" + Iptc + "'><i:DigitalSourceType>\n " + Codes + "trainedAlgorithmicMedia \n</i:DigitalSourceType></r:Description>", DigitalSource.TrainedAlgorithmicMedia)]
    [InlineData("<r:Description xmlns:i='" + Iptc + "'><i:DigitalSourceType>" + Codes + "digitalCapture</i:DigitalSourceType></r:Description>", null)]
    [InlineData("<r:Description xmlns:i='urn:other'><i:DigitalSourceType>" + Codes + "trainedAlgorithmicMedia</i:DigitalSourceType></r:Description>", null)]
    public void The_source_type_is_understood_in_every_form_of_RDF_and_every_container(string descriptions, DigitalSource? source) =>
        Assert.All(Files($"<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{descriptions}</r:RDF></x:xmpmeta>"), file => Assert.Equal(source, PictureXmp.Read(file)?.Source));

    [Fact]
    public void Elements_as_deep_as_a_packet_can_hold_do_not_exhaust_the_stack()
    {
        var nested = new StringBuilder("<r:Description xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:i='" + Iptc + "'><i:DigitalSourceType>");
        for (var depth = 0; depth < 28_000; depth++)
            nested.Append("<a>");
        for (var depth = 0; depth < 28_000; depth++)
            nested.Append("</a>");
        nested.Append("</i:DigitalSourceType></r:Description>");
        // A thread as small as a busy server's could be.
        ProvenanceOnSmallStack(PngWith(Encoding.UTF8.GetBytes(nested.ToString()), compressed: false));
        ProvenanceOnSmallStack(WebPWith(Encoding.UTF8.GetBytes(nested.ToString())));
    }

    [Fact]
    public void A_packet_that_unpacks_to_very_much_says_nothing() => Assert.Null(PictureXmp.Read(PngWith(new byte[50_000_000], compressed: true)));

    [Fact]
    public void A_compressed_packet_that_is_damaged_says_nothing()
    {
        var file = PngWith(Encoding.UTF8.GetBytes("<a/>"), compressed: true);
        file.AsSpan(file.AsSpan().IndexOf("iTXt"u8) + 30, 8).Fill(0xaa);
        Assert.Null(PictureXmp.Read(file));
    }

    [Theory]
    [InlineData(false, SKWebpEncoderCompression.Lossy, "VP8 ")]
    [InlineData(false, SKWebpEncoderCompression.Lossless, "VP8L")]
    [InlineData(true, SKWebpEncoderCompression.Lossless, "VP8L")]
    public void A_simple_WebP_becomes_an_extended_one_of_the_same_size_and_pixels(bool transparent, SKWebpEncoderCompression compression, string kind)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(53, 38, SKColorType.Rgba8888, transparent ? SKAlphaType.Unpremul : SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(10, 200, 30, transparent ? (byte)90 : (byte)255));
        using var pixmap = bitmap.PeekPixels();
        using var encoded = pixmap.Encode(new SKWebpEncoderOptions(compression, 60));
        var picture = WebPChunks(encoded!.ToArray()).Single(c => c.Type == kind);
        var simple = WebP([picture]);
        var written = WebPChunks(PictureXmp.Write(simple, new() { Source = DigitalSource.TrainedAlgorithmicMedia, Method = "portrait", Created = DateTimeOffset.UnixEpoch }));
        Assert.Equal(["VP8X", kind, "XMP "], written.Select(c => c.Type));
        Assert.Equal([(byte)(transparent ? 0x14 : 0x04), 0, 0, 0, 52, 0, 0, 37, 0, 0], written[0].Content);
        Assert.Equal(picture.Content, written[1].Content);
        Assert.Equal(Decoded(simple), Decoded(WebP(written)));
    }

    private static void ProvenanceOnSmallStack(byte[] file)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => Assert.Null(PictureXmp.Read(file))), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static IEnumerable<byte[]> Files(string packet)
    {
        var bytes = Encoding.UTF8.GetBytes(packet);
        yield return JpegWith(bytes);
        yield return PngWith(bytes, compressed: false);
        yield return PngWith(bytes, compressed: true);
        yield return WebPWith(bytes);
    }

    private static byte[] JpegWith(byte[] packet)
    {
        byte[] exif = [.. "Exif\0\0"u8, 1, 2, 3], content = [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. packet, 0];
        byte[] Segment(byte[] c) => [0xff, 0xe1, (byte)((c.Length + 2) >> 8), (byte)(c.Length + 2), .. c];
        return [0xff, 0xd8, .. Segment(exif), 0xff, .. Segment(content), .. ImageEncoder.Encode(Picture, ImageFormat.Jpeg)[2..]];
    }

    /// <summary>Behind the picture, with a language and a translated keyword.</summary>
    private static byte[] PngWith(byte[] packet, bool compressed)
    {
        var png = ImageEncoder.Encode(Picture, ImageFormat.Png);
        byte[] body = [.. "iTXtXML:com.adobe.xmp\0"u8, compressed ? (byte)1 : (byte)0, 0, .. "en\0x\0"u8, .. compressed ? Deflated(packet) : packet];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(body));
        return [.. png[..^12], .. length, .. body, .. crc, .. png[^12..]];
    }

    private static byte[] WebPWith(byte[] packet) => WebP([.. WebPChunks(ImageEncoder.Encode(Picture, ImageFormat.WebP)), ("XMP ", packet)]);

    private static byte[] WebP(IEnumerable<(string Type, byte[] Content)> chunks)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(c => (byte[])[.. Encoding.ASCII.GetBytes(c.Type), .. BitConverter.GetBytes(c.Content.Length), .. c.Content, .. new byte[c.Content.Length % 2]])];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    private static List<(string Type, byte[] Content)> WebPChunks(byte[] file)
    {
        Assert.Equal(file.Length - 8, BitConverter.ToInt32(file, 4));
        var chunks = new List<(string, byte[])>();
        for (var at = 12; at < file.Length;)
        {
            var length = BitConverter.ToInt32(file, at + 4);
            chunks.Add((Encoding.ASCII.GetString(file, at, 4), file[(at + 8)..(at + 8 + length)]));
            at += 8 + length + length % 2;
        }
        return chunks;
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
            zlib.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Decoded(byte[] file)
    {
        using var bitmap = SKBitmap.Decode(file);
        return bitmap.Bytes;
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }
}

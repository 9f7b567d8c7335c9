using System.Buffers.Binary;
using System.Text;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Imaging;

public sealed class PhotoIntakeTests
{
    private const string Place = "GPS 59.3293 N 18.0686 E";

    private static readonly RgbImage Gradient = PictureBytes.Gradient(64, 48);

    private static bool Tells(byte[] file) => Encoding.Latin1.GetString(file).Contains(Place, StringComparison.Ordinal);

    /// <summary>The JPEG with a segment behind its start marker.</summary>
    private static byte[] With(byte[] jpeg, byte marker, string content) =>
        [0xff, 0xd8, 0xff, marker, 0, (byte)(content.Length + 2), .. Encoding.Latin1.GetBytes(content), .. jpeg.AsSpan(2)];

    [Theory]
    [InlineData(0xe1, "Exif\0\0 ")]
    [InlineData(0xe1, "http://ns.adobe.com/xap/1.0/\0")]
    [InlineData(0xe2, "MPF\0")]
    [InlineData(0xed, "Photoshop 3.0\0")]
    [InlineData(0xfe, "")]
    public void An_upright_jpeg_loses_what_tells_of_it_and_keeps_every_other_byte(byte marker, string head)
    {
        var jpeg = ImageEncoder.Encode(Gradient, ImageFormat.Jpeg);
        var upload = With(jpeg, marker, head + Place);
        Assert.True(Tells(upload));
        var intake = PhotoIntake.Of([.. upload, .. "a film behind the picture"u8], "a.jpg");
        Assert.Equal(jpeg, intake.Content);
        Assert.Equal("image/jpeg", intake.MediaType);
    }

    [Fact]
    public void A_colour_profile_stays()
    {
        var jpeg = With(ImageEncoder.Encode(Gradient, ImageFormat.Jpeg), 0xe2, "ICC_PROFILE\0\u0001\u0001 not a profile that would be used");
        Assert.Equal(jpeg, PhotoIntake.Of(jpeg, "a.jpg").Content);
    }

    [Fact]
    public void A_turned_jpeg_is_stored_upright()
    {
        var upload = PictureBytes.WithOrientation(ImageEncoder.Encode(Gradient, ImageFormat.Jpeg, 95), 6);
        var intake = PhotoIntake.Of(upload, "a.jpg");
        Assert.Equal((48, 64), (intake.Image.Width, intake.Image.Height));
        // Decoded again there is nothing left to turn, and hardly anything lost.
        ImageReadTests.AssertNear(ImageDecoder.Decode(upload, "a.jpg"), ImageDecoder.Decode(intake.Content, "stored"), 4);
        Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(intake.Content));
    }

    [Fact]
    public void A_png_loses_its_texts_and_keeps_its_pixels()
    {
        var png = ImageEncoder.Encode(Gradient, ImageFormat.Png);
        byte[] text = [.. "tEXt"u8, .. Encoding.Latin1.GetBytes("Comment\0" + Place)];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length - 4);
        byte[] upload = [.. png.AsSpan(0, 33), .. length, .. text, .. Crc(text), .. png.AsSpan(33)]; // behind IHDR
        Assert.True(Tells(upload));
        var intake = PhotoIntake.Of(upload, "a.png");
        Assert.False(Tells(intake.Content));
        Assert.Equal("image/png", intake.MediaType);
        ImageReadTests.AssertNear(Gradient, ImageDecoder.Decode(intake.Content, "stored"), 0);
    }

    [Fact]
    public void A_webp_loses_its_exif_chunk_and_is_not_encoded_anew()
    {
        var webp = ImageEncoder.Encode(Gradient, ImageFormat.WebP);
        // The extended form: flags, width − 1, height − 1 first. The encoder writes it itself where it adds a colour profile.
        byte[] extended = webp.AsSpan(12, 4).SequenceEqual("VP8X"u8) ? webp[12..] : [.. Chunk("VP8X", [0, 0, 0, 0, 63, 0, 0, 47, 0, 0]), .. webp.AsSpan(12)];
        extended[8] |= 8; // there is EXIF
        byte[] body = [.. "WEBP"u8, .. extended, .. Chunk("EXIF", Encoding.Latin1.GetBytes(Place + " "))];
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Length);
        byte[] upload = [.. "RIFF"u8, .. size, .. body];
        Assert.True(Tells(upload));
        var intake = PhotoIntake.Of(upload, "a.webp");
        Assert.False(Tells(intake.Content));
        Assert.Equal("image/webp", intake.MediaType);
        Assert.Equal(ImageDecoder.Decode(webp, "before").Pixels, ImageDecoder.Decode(intake.Content, "stored").Pixels);

        static byte[] Chunk(string type, byte[] content)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
            return [.. Encoding.ASCII.GetBytes(type), .. length, .. content];
        }
    }

    [Fact]
    public void Pictures_that_browsers_would_show_otherwise_become_png()
    {
        Assert.Equal("image/png", PhotoIntake.Of(PictureBytes.Gif(16, 2, 0), "a.gif").MediaType);
        Assert.Equal("image/png", PhotoIntake.Of(PictureBytes.Bmp(Gradient), "a.bmp").MediaType);
        // Transparency is laid on white, as training sees it.
        var clear = PhotoIntake.Of(PictureBytes.Png(3, 1, 8, 6, [[200, 100, 0, 255, 200, 100, 0, 128, 200, 100, 0, 0]]), "clear.png");
        ImageReadTests.AssertNear(new RgbImage(3, 1, [200, 100, 0, 227, 177, 127, 255, 255, 255]), ImageDecoder.Decode(clear.Content, "stored"), 1);
    }

    [Fact]
    public void Every_photo_of_the_albums_looks_the_same_after_its_intake()
    {
        foreach (var photo in Directory.GetFiles(Shared.Path("albums", "serena")).Order().Where((_, i) => i % 4 == 0))
        {
            var file = File.ReadAllBytes(photo);
            var intake = PhotoIntake.Of(file, photo);
            Assert.True(intake.Content.Length <= file.Length, $"{photo} grew from {file.Length} to {intake.Content.Length} bytes");
            Assert.Equal(ImageDecoder.Decode(file, photo).Pixels, ImageDecoder.Decode(intake.Content, photo).Pixels);
        }
    }

    private static byte[] Crc(byte[] body)
    {
        var crc = uint.MaxValue;
        foreach (var b in body)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return bytes;
    }
}

using SkiaSharp;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Imaging;

public class ImageReadTests
{
    private static readonly RgbImage Gradient = PictureBytes.Gradient(48, 32);

    [Theory]
    [InlineData(ImageFormat.Png, 0)]
    [InlineData(ImageFormat.Jpeg, 6)] // quality 95
    [InlineData(ImageFormat.WebP, 12)] // quality 95, colour at half resolution
    public void An_encoded_picture_comes_back(ImageFormat format, int levels)
    {
        var read = ImageDecoder.Decode(ImageEncoder.Encode(Gradient, format, 95), "picture");
        AssertNear(Gradient, read, levels);
    }

    [Fact]
    public void A_bmp_is_read_exactly() => AssertNear(Gradient, ImageDecoder.Decode(PictureBytes.Bmp(Gradient), "a.bmp"), 0);

    [Theory]
    [InlineData(1, "TL TR BL BR")]
    [InlineData(2, "TR TL BR BL")]
    [InlineData(3, "BR BL TR TL")]
    [InlineData(4, "BL BR TL TR")]
    [InlineData(5, "TL BL TR BR")]
    [InlineData(6, "BL TL BR TR")]
    [InlineData(7, "BR TR BL TL")]
    [InlineData(8, "TR BR TL BL")]
    public void Exif_orientation_is_applied(int orientation, string stored)
    {
        // What the upright picture shows in its corners (top left, top right, bottom left, bottom right), by the stored picture's corners.
        var colours = new Dictionary<string, byte[]> { ["TL"] = [200, 30, 30], ["TR"] = [30, 200, 30], ["BL"] = [30, 30, 200], ["BR"] = [200, 200, 30] };
        const int width = 64, height = 32;
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                colours[(y < height / 2 ? "T" : "B") + (x < width / 2 ? "L" : "R")].CopyTo(pixels, (y * width + x) * 3);
        var jpeg = ImageEncoder.Encode(new RgbImage(width, height, pixels), ImageFormat.Jpeg, 95);

        var read = ImageDecoder.Decode(PictureBytes.WithOrientation(jpeg, orientation), "turned.jpg");

        Assert.Equal(orientation >= 5 ? (height, width) : (width, height), (read.Width, read.Height));
        var corners = stored.Split(' ');
        for (var corner = 0; corner < 4; corner++)
        {
            var (x, y) = (read.Width / 4 + corner % 2 * read.Width / 2, read.Height / 4 + corner / 2 * read.Height / 2);
            for (var c = 0; c < 3; c++)
                Assert.InRange(read.Pixels[(y * read.Width + x) * 3 + c], colours[corners[corner]][c] - 8, colours[corners[corner]][c] + 8);
        }
    }

    [Fact]
    public void A_16_bit_png_keeps_the_upper_bytes()
    {
        byte[] rows = [.. Gradient.Pixels.SelectMany(b => (byte[])[b, 0x40])];
        AssertNear(Gradient, ImageDecoder.Decode(PictureBytes.Png(48, 32, 16, 2, rows.Chunk(288)), "deep.png"), 1);
    }

    [Fact]
    public void A_grayscale_png_has_three_equal_channels()
    {
        byte[] rows = [.. Enumerable.Range(0, 48 * 32).Select(i => (byte)(i % 251))];
        var read = ImageDecoder.Decode(PictureBytes.Png(48, 32, 8, 0, rows.Chunk(48)), "gray.png");
        AssertNear(new RgbImage(48, 32, [.. rows.SelectMany(b => (byte[])[b, b, b])]), read, 0);
    }

    [Fact]
    public void Transparency_is_laid_on_white()
    {
        byte[] rows = [200, 100, 0, 255, 200, 100, 0, 128, 200, 100, 0, 0];
        var read = ImageDecoder.Decode(PictureBytes.Png(3, 1, 8, 6, [rows]), "clear.png");
        AssertNear(new RgbImage(3, 1, [200, 100, 0, 227, 177, 127, 255, 255, 255]), read, 1);
    }

    [Theory]
    [InlineData(255, 255, 255, 255, 255, 255, 255)]
    [InlineData(0, 255, 255, 255, 0, 255, 255)]
    [InlineData(255, 55, 255, 255, 255, 55, 255)]
    [InlineData(255, 255, 255, 0, 0, 0, 0)]
    public void A_cmyk_jpeg_is_converted(byte cyan, byte magenta, byte yellow, byte black, byte red, byte green, byte blue)
    {
        var read = ImageDecoder.Decode(PictureBytes.CmykJpeg(cyan, magenta, yellow, black), "print.jpg");
        AssertNear(new RgbImage(8, 8, [.. Enumerable.Repeat((byte[])[red, green, blue], 64).SelectMany(p => p)]), read, 3);
    }

    [Fact]
    public void An_animation_gives_its_first_frame()
    {
        var read = ImageDecoder.Decode(PictureBytes.Gif(16, 2, 0), "moving.gif");
        AssertNear(new RgbImage(16, 16, [.. Enumerable.Repeat((byte[])[0, 0, 255], 256).SelectMany(p => p)]), read, 0);
    }

    [Fact]
    public void Colours_of_another_profile_are_converted_to_srgb()
    {
        using var p3 = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        var pixels = Enumerable.Repeat((byte[])[180, 100, 100, 255], 16).SelectMany(p => p).ToArray();
        using var image = SKImage.FromPixelCopy(new SKImageInfo(4, 4, SKColorType.Rgba8888, SKAlphaType.Opaque, p3), pixels);
        using var png = image.Encode();
        var read = ImageDecoder.Decode(png.ToArray(), "wide.png");
        // Display P3 (180, 100, 100) in sRGB, by the two spaces' matrices: redder than its numbers.
        AssertNear(new RgbImage(4, 4, [.. Enumerable.Repeat((byte[])[192, 95, 98], 16).SelectMany(p => p)]), read, 2);
    }

    [Fact]
    public void The_type_is_told_by_content_not_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("really-a-png.jpg");
        File.WriteAllBytes(path, ImageEncoder.Encode(Gradient, ImageFormat.Png));
        AssertNear(Gradient, ImageFile.Read(path), 0);
    }

    [Theory]
    [InlineData("jpeg", 0.5)]
    [InlineData("jpeg", 0.97)]
    [InlineData("png", 0.5)]
    [InlineData("png", 0.8)]
    [InlineData("interlaced png", 0.5)]
    [InlineData("interlaced png", 0.8)]
    [InlineData("webp", 0.5)]
    [InlineData("webp", 0.95)]
    [InlineData("gif", 0.6)]
    [InlineData("bmp", 0.5)]
    [InlineData("bmp", 0.99)]
    public void A_cut_off_picture_is_refused(string format, double kept)
    {
        var bytes = Sample(format);
        var message = Refusal(() => ImageDecoder.Decode(bytes.AsSpan(0, (int)(bytes.Length * kept)), "half.picture"));
        Assert.StartsWith("half.picture ", message);
        Assert.Contains("cut off", message);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("interlaced png")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public void Damaged_bytes_are_refused_or_decoded_but_never_crash(string format)
    {
        var random = new Random(7);
        var sound = Sample(format);
        for (var round = 0; round < 60; round++)
        {
            var bytes = (byte[])sound.Clone();
            for (var hit = 0; hit < 5; hit++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Assert.NotEmpty(ImageDecoder.Decode(bytes, "hit", new ImageLimits { MaxPixels = 1_000_000 }).Pixels);
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith("hit ", e.Message);
            }
        }
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("not a picture at all, only words", "is not a picture")]
    [InlineData("%PDF-1.7 and so on", "PDF")]
    [InlineData("PK\u0003\u0004rest", "ZIP")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "HEIC")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0", "AVIF")]
    [InlineData("II*\0\u0008\0\0\0", "TIFF")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a picture")]
    public void What_is_not_a_picture_is_named_and_says_what_is_accepted(string content, string expected)
    {
        var message = Refusal(() => ImageDecoder.Decode(System.Text.Encoding.Latin1.GetBytes(content), "thing"));
        Assert.StartsWith("thing ", message);
        Assert.Contains(expected, message);
        Assert.Contains("JPEG, PNG, WebP, GIF and BMP", message);
    }

    [Fact]
    public void A_header_that_claims_100_megapixels_is_refused_before_decoding()
    {
        var bytes = PictureBytes.Png(10_000, 10_000, 8, 2, [new byte[30]]);
        Decode(bytes); // the codec's own tables, once
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Decode(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal("huge.png is 10000 × 10000 pixels (100 megapixels); at most 50 megapixels are accepted.", message);

        static string Decode(byte[] bytes) => Refusal(() => ImageDecoder.Decode(bytes, "huge.png"));
    }

    [Fact]
    public void The_limits_are_options()
    {
        var png = ImageEncoder.Encode(Gradient, ImageFormat.Png);
        Assert.Contains("at most 0.001 megapixels", Refusal(() => ImageDecoder.Decode(png, "p", new ImageLimits { MaxPixels = 1000 })));
        var limits = new ImageLimits { MaxBytes = png.Length - 1 };
        Assert.Contains("larger than", Refusal(() => ImageDecoder.Decode(png, "p", limits)));
        Assert.Contains("larger than", Refusal(() => ImageFile.Read(new MemoryStream(png), "p", limits)));
        AssertNear(Gradient, ImageFile.Read(new MemoryStream(png), "p", new ImageLimits { MaxBytes = png.Length }), 0);
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal($"{folder.File("none.jpg")} does not exist.", Refusal(() => ImageFile.Read(folder.File("none.jpg"))));
        Assert.Equal($"{folder.Path} is a folder; a picture file is expected.", Refusal(() => ImageFile.Read(folder.Path)));
        Assert.Contains("larger than", Refusal(() => ImageFile.Read("/dev/zero", new ImageLimits { MaxBytes = 100_000 })));
    }

    [Fact]
    public void Every_photo_of_the_albums_decodes_and_is_refused_once_it_is_cut()
    {
        var photos = Directory.GetFiles(Shared.Path("albums"), "*.*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".md", StringComparison.Ordinal)).Order().ToArray();
        Assert.Equal(203, photos.Length);
        foreach (var photo in photos)
        {
            var image = ImageFile.Read(photo);
            Assert.InRange(Math.Max(image.Width, image.Height), 50, 1400);
        }
        // Progressive and baseline files, with and without thumbnails: cut in the middle of the scan data.
        foreach (var photo in photos.Where((_, i) => i % 7 == 0))
        {
            var bytes = File.ReadAllBytes(photo);
            Assert.Contains("cut off", Refusal(() => ImageDecoder.Decode(bytes.AsSpan(0, bytes.Length * 3 / 4), photo)));
        }
    }

    private static byte[] Sample(string format) => format switch
    {
        "jpeg" => ImageEncoder.Encode(Gradient, ImageFormat.Jpeg),
        "png" => ImageEncoder.Encode(Gradient, ImageFormat.Png),
        "interlaced png" => PictureBytes.InterlacedPng(new Random(3)),
        "webp" => ImageEncoder.Encode(Gradient, ImageFormat.WebP),
        "gif" => PictureBytes.Gif(16, 2),
        _ => PictureBytes.Bmp(Gradient),
    };

    private static string Refusal(Action read) => Assert.Throws<InvalidInputException>(read).Message;

    internal static void AssertNear(RgbImage expected, RgbImage actual, int levels)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        var worst = expected.Pixels.Zip(actual.Pixels, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= levels, $"worst difference {worst} levels over {levels}");
    }
}

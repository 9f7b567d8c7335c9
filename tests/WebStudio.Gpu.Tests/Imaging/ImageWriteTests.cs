using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Imaging;

public class ImageWriteTests
{
    private static readonly RgbImage Gradient = PictureBytes.Gradient(40, 30);

    [Theory]
    [InlineData("a.png", 0x89, 'P')]
    [InlineData("a.JPG", 0xff, 0xd8)]
    [InlineData("a.jpeg", 0xff, 0xd8)]
    [InlineData("sub/folder/a.webp", 'R', 'I')]
    public void The_extension_chooses_the_format(string name, int first, int second)
    {
        using var folder = new TemporaryFolder();
        ImageFile.Write(folder.File(name), Gradient);
        var bytes = File.ReadAllBytes(folder.File(name));
        Assert.Equal((first, second), (bytes[0], bytes[1]));
        ImageReadTests.AssertNear(Gradient, ImageFile.Read(folder.File(name)), 16);
        Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void An_existing_file_is_replaced_and_quality_counts()
    {
        using var folder = new TemporaryFolder();
        ImageFile.Write(folder.File("a.jpg"), Gradient, 95);
        var large = new FileInfo(folder.File("a.jpg")).Length;
        ImageFile.Write(folder.File("a.jpg"), Gradient, 10);
        Assert.True(new FileInfo(folder.File("a.jpg")).Length < large);
    }

    [Theory]
    [InlineData("a.bmp")]
    [InlineData("noextension")]
    public void Another_extension_is_refused_with_the_accepted_ones(string name)
    {
        using var folder = new TemporaryFolder();
        var message = Assert.Throws<InvalidInputException>(() => ImageFile.Write(folder.File(name), Gradient)).Message;
        Assert.EndsWith(": pictures are written as .png, .jpg, .jpeg or .webp.", message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "in the way");
        foreach (var path in (string[])[folder.File("file", "a.png"), "/proc/webstudio/a.png"])
        {
            var message = Assert.Throws<FileNotWrittenException>(() => ImageFile.Write(path, Gradient)).Message;
            Assert.StartsWith($"{path} cannot be written: ", message);
        }
        Assert.Equal(["file"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_picture_too_large_for_its_format_is_refused()
    {
        var wide = new RgbImage(20_000, 1, new byte[60_000]);
        Assert.Contains("20000 × 1", Assert.Throws<InvalidInputException>(() => ImageEncoder.Encode(wide, ImageFormat.WebP)).Message);
    }
}

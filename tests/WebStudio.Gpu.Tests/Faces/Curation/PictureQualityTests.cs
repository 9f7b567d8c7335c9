using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Faces.Curation;

public sealed class PictureQualityTests
{
    private static RgbImage Photo(int number) => ImageFile.Read(Shared.Path("rated-faces", $"{number:0000}.jpg"));

    private static RgbImage Gray(RgbImage image)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = image.Pixels[i / 3 * 3 + 1];
        return new(image.Width, image.Height, pixels);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(31)]
    public void Blur_lowers_sharpness_below_the_limit_and_size_does_not_matter(int number)
    {
        var photo = Photo(number);
        var sharp = PictureQuality.Of(photo).Sharpness;
        Assert.InRange(sharp, 2 * new CurationOptions().MinSharpness, 1);
        Assert.Equal(sharp, PictureQuality.Of(photo.Resize(256, 256)).Sharpness, sharp * 0.1);
        var smear = PictureQuality.Of(photo.Resize(20, 20).Resize(384, 384)).Sharpness; // a face 12 px large, blown up
        Assert.InRange(smear, 0, new CurationOptions().MinSharpness);
    }

    [Fact]
    public void Grayscale_has_no_colour()
    {
        Assert.InRange(PictureQuality.Of(Photo(5)).Colorfulness, 10, 255);
        Assert.Equal(0, PictureQuality.Of(Gray(Photo(5))).Colorfulness);
    }

    [Fact]
    public void Hashes_of_copies_are_near_and_of_other_faces_far()
    {
        var limit = new CurationOptions().MaxDuplicateBits;
        var (photo, other) = (Photo(11), Photo(12));
        var darker = new RgbImage(photo.Width, photo.Height, [.. photo.Pixels.Select(p => (byte)(p * 0.8))]);
        Assert.InRange(PerceptualHash.Of(photo).DistanceTo(PerceptualHash.Of(photo.Resize(150, 150))), 0, limit / 2);
        Assert.InRange(PerceptualHash.Of(photo).DistanceTo(PerceptualHash.Of(darker)), 0, limit / 2);
        Assert.InRange(PerceptualHash.Of(photo).DistanceTo(PerceptualHash.Of(other)), 2 * limit, 256);
    }
}

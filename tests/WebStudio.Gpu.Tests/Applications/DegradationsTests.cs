using SkiaSharp;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Applications;

public class DegradationsTests
{
    [Fact]
    public void A_mask_leaves_what_the_official_code_leaves()
    {
        using var scope = NewDisposeScope();
        var mask = Golden("mask"); // [1, 24, 24]
        Near.Equal(Golden("hole"), Degradations.Mask(Golden("image"), mask), atol: 1e-6);
        Near.Equal(Golden("hole"), Degradations.Mask(Golden("image"), mask[0]), atol: 1e-6);
        Near.Equal(Golden("hole"), Degradations.Mask(Golden("image"), mask.unsqueeze(0)), atol: 1e-6);
        Assert.Throws<ArgumentException>(() => Degradations.Mask(Golden("image"), zeros(1, 24, 23)));
    }

    [Theory]
    [InlineData("0.250", 0.25)]
    [InlineData("0.333", 1 / 3.0)]
    [InlineData("0.400", 0.4)]
    public void Downsampling_agrees_with_the_official_code(string name, double factor)
    {
        using var scope = NewDisposeScope();
        Near.Equal(Golden($"downsample_{name}"), Degradations.Downsample(Golden("image"), factor), atol: 1e-5, rtol: 1e-5);
    }

    [Theory]
    [InlineData("bicubic_64", 64)]
    [InlineData("bicubic_down_10", 10)]
    public void Bicubic_agrees_with_the_official_code(string name, int size)
    {
        using var scope = NewDisposeScope();
        Near.Equal(Golden(name), Degradations.Bicubic(Golden("image"), size), atol: 2e-5, rtol: 1e-4);
    }

    [Fact]
    public void Grayscale_weighs_the_colours_as_the_eye_does()
    {
        using var scope = NewDisposeScope();
        var image = tensor((float[])[1, -1, 0.5f]).view(1, 3, 1, 1);
        Near.Equal(full([1, 3, 1, 1], 0.299 - 0.587 + 0.057, dtype: ScalarType.Float32), Degradations.Grayscale(image), atol: 1e-6);
    }

    [Fact]
    public void A_blurred_point_is_a_gaussian_and_a_flat_picture_stays_flat()
    {
        using var scope = NewDisposeScope();
        var point = zeros(1, 3, 31, 31);
        point[0, .., 15, 15] = tensor(1f);
        var blurred = Degradations.Blur(point, 2)[0, 1];
        Assert.Equal(1.0, blurred.sum().item<float>(), 1e-5);
        Assert.Equal(Math.Exp(-(9 + 4) / 8.0), (blurred[18, 13] / blurred[15, 15]).item<float>(), 1e-5);
        Near.Equal(full([2, 3, 9, 20], 0.3f), Degradations.Blur(full([2, 3, 9, 20], 0.3f), 2.5), atol: 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => Degradations.Blur(point, 11));
    }

    // libjpeg (through Skia) on a photo-like picture whose sides are no multiples of 8. Mean difference in levels and share of values that are
    // more than 2 levels away: its integer arithmetic lets coefficients midway between two steps fall to the other side, and at half colour
    // resolution it interpolates a little differently. What JPEG itself changes is 1.6 to 11 levels on average.
    [Theory]
    [InlineData(90, false, 0.6, 0.04)]
    [InlineData(30, false, 0.6, 0.06)]
    [InlineData(75, true, 1.0, 0.11)]
    [InlineData(10, true, 1.0, 0.05)]
    public void Jpeg_does_what_libjpeg_does(int quality, bool halfColour, double mean, double share)
    {
        using var scope = NewDisposeScope();
        var image = PhotoLike(52, 75);
        var expected = LibJpeg(image, quality, halfColour);
        var actual = Degradations.Jpeg(image.ToTensor().unsqueeze(0), quality, halfColour)[0];
        var difference = (actual - expected).abs() * 127.5;
        Assert.InRange(difference.mean().item<float>(), 0, mean);
        Assert.InRange((difference > 2).to(ScalarType.Float32).mean().item<float>(), 0, share);
        Assert.True(difference.mean().item<float>() < 0.35 * ((image.ToTensor() - expected).abs().mean() * 127.5).item<float>());
    }

    [Fact]
    public void Gradients_reach_the_picture_through_all_of_them()
    {
        using var scope = NewDisposeScope();
        Func<Tensor, Tensor>[] all =
        [
            x => Degradations.Mask(x, ones(16, 16)), x => Degradations.Downsample(x, 0.4), x => Degradations.Bicubic(x, 20), Degradations.Grayscale,
            x => Degradations.Blur(x, 1), x => Degradations.Jpeg(x, 50),
        ];
        foreach (var degrade in all)
        {
            var image = (rand(1, 3, 16, 16) - 0.5).requires_grad_(true);
            degrade(image).square().sum().backward();
            Assert.True(image.grad!.abs().mean([2, 3]).min().item<float>() > 1e-3);
        }
    }

    private static Tensor Golden(string name) => Npy.Read(Shared.Golden("mystyle", "degradation", $"{name}.npy"));

    private static RgbImage PhotoLike(int height, int width)
    {
        var pixels = new byte[height * width * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = (y * width + x) * 3;
                pixels[at] = (byte)(128 + 90 * Math.Sin(x / 9.0 + y / 30.0));
                pixels[at + 1] = (byte)(110 + 80 * Math.Cos(y / 7.0) + 20 * Math.Sin(x * y / 60.0));
                pixels[at + 2] = (byte)(100 + 60 * Math.Sin((x - y) / 11.0));
            }
        return new RgbImage(width, height, pixels);
    }

    private static Tensor LibJpeg(RgbImage image, int quality, bool halfColour)
    {
        var rgba = Enumerable.Range(0, image.Width * image.Height).SelectMany(i => (byte[])[.. image.Pixels.AsSpan(3 * i, 3), 255]).ToArray();
        using var skia = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
        using var pixels = skia.PeekPixels();
        var colour = halfColour ? SKJpegEncoderDownsample.Downsample420 : SKJpegEncoderDownsample.Downsample444;
        using var data = pixels.Encode(new SKJpegEncoderOptions(quality, colour, SKJpegEncoderAlphaOption.Ignore));
        return ImageDecoder.Decode(data!.AsSpan(), "libjpeg").ToTensor();
    }
}

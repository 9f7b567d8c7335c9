using System.Numerics;
using WebStudio.Gpu.Faces.Landmarks;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Faces;

public sealed class FaceCropsTests
{
    /// <summary>[2, 2, 40, 60]: every pixel holds its own centre's x and y; the second picture's are larger by 1000.</summary>
    private static Tensor Coordinates()
    {
        var x = (arange(60, dtype: ScalarType.Float32) + 0.5).view(1, 60).expand(40, 60);
        var y = (arange(40, dtype: ScalarType.Float32) + 0.5).view(40, 1).expand(40, 60);
        var one = stack([x, y], 0);
        return stack([one, one + 1000], 0);
    }

    [Fact]
    public void Every_pixel_of_a_crop_comes_from_where_its_frame_says()
    {
        using var scope = NewDisposeScope();
        FaceFrame[] frames = [new(new(30, 20), 16, 0.4f), new(new(28, 21), 12, -0.7f, Mirrored: true)];
        var crops = FaceCrops.Sample(Coordinates(), [frames, frames], 8);
        Assert.Equal([4, 2, 8, 8], crops.shape);
        for (var k = 0; k < 4; k++)
            for (var v = 0; v < 8; v++)
                for (var u = 0; u < 8; u++)
                {
                    var expected = frames[k % 2].ToPicture(new((u + 0.5f) / 8, (v + 0.5f) / 8)) + new Vector2(k < 2 ? 0 : 1000);
                    Assert.Equal(expected.X, crops[k, 0, v, u].item<float>(), 0.01f); // bilinear is exact on a ramp
                    Assert.Equal(expected.Y, crops[k, 1, v, u].item<float>(), 0.01f);
                }
    }

    [Fact]
    public void Outside_the_picture_its_border_is_repeated()
    {
        using var scope = NewDisposeScope();
        var crop = FaceCrops.Sample(Coordinates().narrow(0, 0, 1), [[new FaceFrame(new(0, 20), 20)]], 10);
        Assert.Equal(0.5f, crop[0, 0, 5, 0].item<float>(), 1e-4f);
    }
}

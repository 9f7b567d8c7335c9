using System.Numerics;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Applications;

public class PutBackTests
{
    private const int Size = 32;

    // Turned by some twenty degrees, three times enlarged, partly outside the photo.
    private static readonly Matrix3x2 ToPhoto = Matrix3x2.CreateRotation(0.35f) * Matrix3x2.CreateScale(3) * Matrix3x2.CreateTranslation(60, -12);

    [Fact]
    public void An_edit_that_changes_nothing_leaves_the_photo_as_it_is()
    {
        using var scope = NewDisposeScope();
        var photo = Photo();
        var face = Face(1);
        Assert.Equal(photo.Pixels, new PutBack(photo, ToPhoto, Size).Edit(face, face).Pixels);
    }

    [Fact]
    public void Pixels_outside_the_crop_stay_byte_for_byte_and_inside_arrives_where_it_belongs()
    {
        using var scope = NewDisposeScope();
        var photo = Photo();
        var (before, after) = (full([1, 3, Size, Size], -0.5f), full([1, 3, Size, Size], -0.5f));
        after.narrow(2, 12, 8).narrow(3, 14, 8).fill_(0.7f); // a bright square
        var edited = new PutBack(photo, ToPhoto, Size).Edit(after, before);
        Matrix3x2.Invert(ToPhoto, out var back);
        var inside = 0;
        for (var y = 0; y < photo.Height; y++)
            for (var x = 0; x < photo.Width; x++)
            {
                var at = Vector2.Transform(new(x + 0.5f, y + 0.5f), back);
                var i = 3 * (y * photo.Width + x);
                if (at.X < 0 || at.Y < 0 || at.X > Size || at.Y > Size)
                    Assert.Equal(photo.Pixels[i], edited.Pixels[i]);
                if (at.X is > 16 and < 20 && at.Y is > 14 and < 18)
                {
                    inside++;
                    Assert.InRange(edited.Pixels[i], 212, 222); // (0.7 + 1) · 127.5 = 217
                }
            }
        Assert.True(inside > 60);
    }

    [Fact]
    public void A_small_change_keeps_the_photos_own_detail()
    {
        using var scope = NewDisposeScope();
        var photo = Photo();
        var face = Face(2) * 0.3;
        var edited = new PutBack(photo, ToPhoto, Size).Edit(face + 0.04, face); // five levels brighter
        var centre = Vector2.Transform(new(Size / 2f, Size / 2f), ToPhoto);
        for (var y = (int)centre.Y - 10; y < (int)centre.Y + 10; y++)
            for (var x = (int)centre.X - 10; x < (int)centre.X + 10; x++)
                Assert.InRange(edited.Pixels[3 * (y * photo.Width + x)] - photo.Pixels[3 * (y * photo.Width + x)], 4, 6);
    }

    [Fact]
    public void A_missing_part_is_filled_and_every_known_pixel_stays()
    {
        using var scope = NewDisposeScope();
        var photo = Photo();
        bool[] missing = [.. Enumerable.Range(0, photo.Width * photo.Height).Select(i => i % photo.Width is > 75 and < 95 && i / photo.Width is > 25 and < 50)];
        var filled = new PutBack(photo, ToPhoto, Size).Fill(Face(3), missing);
        Assert.All(Enumerable.Range(0, missing.Length).Where(i => !missing[i]), i => Assert.Equal(photo.Pixels[3 * i], filled.Pixels[3 * i]));
        Assert.Contains(Enumerable.Range(0, missing.Length).Where(i => missing[i]), i => photo.Pixels[3 * i] != filled.Pixels[3 * i]);
    }

    private static RgbImage Photo()
    {
        var random = new Random(5);
        return new(180, 120, [.. Enumerable.Range(0, 180 * 120 * 3).Select(_ => (byte)random.Next(40, 200))]);
    }

    private static Tensor Face(int seed) => nn.functional.interpolate(rand([1, 3, 8, 8], generator: new Generator((ulong)seed)), size: [Size, Size], mode: InterpolationMode.Bilinear, align_corners: false) * 2 - 1;
}

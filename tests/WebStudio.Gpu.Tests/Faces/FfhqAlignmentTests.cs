using System.Numerics;
using System.Text.Json;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;

namespace WebStudio.Gpu.Tests.Faces;

public class FfhqAlignmentTests
{
    public static TheoryData<string> Cases => new("pad", "shrink", "rotated_crop", "tiny_border3");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_number_of_the_official_run_is_met(string name)
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Shared.Golden("mystyle", "align", "cases.json")));
        var golden = cases.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var quad = FfhqAlignmentQuad.Of(Landmarks(name), 1);
        AssertQuad(golden.GetProperty("quad_initial"), quad);

        var shrunk = FfhqAlignment.Cutout.Of(Input(name), quad).Shrink(golden.GetProperty("output_size").GetInt32());
        AssertQuad(golden.GetProperty("quad_after_shrink"), shrunk.Quad);
        AssertSize(golden.GetProperty("size_after_shrink"), shrunk.Image);

        var cropped = shrunk.Crop();
        AssertQuad(golden.GetProperty("quad_after_crop"), cropped.Quad);
        AssertSize(golden.GetProperty("size_after_crop"), cropped.Image);

        var padded = cropped.Pad();
        AssertQuad(golden.GetProperty("quad_final"), padded.Quad);
        AssertSize(golden.GetProperty("size_after_pad"), padded.Image);
        Assert.Equal(golden.GetProperty("padded").GetBoolean(), !ReferenceEquals(cropped, padded));

        static void AssertQuad(JsonElement expected, FfhqAlignmentQuad quad)
        {
            var corners = expected.EnumerateArray().Select(p => (p[0].GetDouble(), p[1].GetDouble())).ToArray();
            foreach (var ((x, y), (actualX, actualY)) in corners.Zip(quad.Corners))
                Assert.True(Math.Abs(x - actualX) < 1e-9 && Math.Abs(y - actualY) < 1e-9, $"({actualX}, {actualY}) is not ({x}, {y})");
        }

        static void AssertSize(JsonElement expected, RgbImage image) =>
            Assert.Equal((expected[0].GetInt32(), expected[1].GetInt32()), (image.Width, image.Height));
    }

    // The manifest allows 2 levels at worst and 0.25 on average at every stage.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_picture_of_the_official_run_is_met(string name)
    {
        var expected = Golden(name, "aligned");
        var padded = FfhqAlignment.Cutout.Of(Input(name), FfhqAlignmentQuad.Of(Landmarks(name), 1)).Shrink(expected.Width).Crop().Pad();
        AssertAgree(Golden(name, "padded"), padded.Image);
        var transformed = Golden(name, "transformed");
        AssertAgree(transformed, FfhqAlignment.Sample(padded, transformed.Width));
        AssertAgree(expected, FfhqAlignment.Align(Input(name), Landmarks(name), new() { OutputSize = expected.Width }).Image);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lanczos_agrees_with_pillow_to_the_last_bit(string name)
    {
        var expected = Golden(name, "aligned");
        ImageReadTests.AssertNear(expected, Golden(name, "transformed").Resize(expected.Width, expected.Height), 0);
    }

    [Theory]
    [InlineData("pad", 1.0)]
    [InlineData("shrink", 1.3)]
    [InlineData("rotated_crop", 0.8)]
    public void Aligned_points_are_traced_back_to_the_photo(string name, double cropScale)
    {
        // A photo whose levels are its coordinates shows where every aligned pixel came from.
        var input = Input(name);
        var photo = PictureBytes.Gradient(input.Width, input.Height);
        var face = FfhqAlignment.Align(photo, Landmarks(name), new() { OutputSize = 64, CropScale = cropScale });
        var checkedPixels = 0;
        for (var y = 4; y < 60; y++)
            for (var x = 4; x < 60; x++)
            {
                var at = Vector2.Transform(new(x + 0.5f, y + 0.5f), face.ToPhoto);
                Assert.Equal(at.X >= 0 && at.X < photo.Width && at.Y >= 0 && at.Y < photo.Height, face.FromPhoto[y * 64 + x]);
                var back = Vector2.Transform(at, face.ToAligned);
                Assert.True((back - new Vector2(x + 0.5f, y + 0.5f)).Length() < 1e-2);
                // Away from the border, which is softened.
                var margin = 0.2f * (face.Corners[3] - face.Corners[0]).Length();
                if (at.X < margin || at.X > photo.Width - margin || at.Y < margin || at.Y > photo.Height - margin)
                    continue;
                checkedPixels++;
                // Levels are truncated twice, once in the photo and once (as the official code does) in the sampling: too low by half a level to one.
                Assert.Equal(255 * (at.X - 0.5f) / (photo.Width - 1) - 0.75f, face.Image.Pixels[(y * 64 + x) * 3], 1.6f);
                Assert.Equal(255 * (at.Y - 0.5f) / (photo.Height - 1) - 0.75f, face.Image.Pixels[(y * 64 + x) * 3 + 1], 1.6f);
            }
        Assert.InRange(checkedPixels, 300, 3136);
    }

    [Fact]
    public void The_crop_scale_widens_the_square_around_its_centre()
    {
        var (one, two) = (Align(1), Align(2));
        var center = (one.Corners[0] + one.Corners[2]) / 2;
        for (var i = 0; i < 4; i++)
            Assert.True((center + 2 * (one.Corners[i] - center) - two.Corners[i]).Length() < 1e-2);
        Assert.True(two.FromPhotoFraction < one.FromPhotoFraction);

        static AlignedFace Align(double scale) => FfhqAlignment.Align(Input("pad"), Landmarks("pad"), new() { OutputSize = 256, CropScale = scale });
    }

    [Fact]
    public void Landmarks_that_are_no_face_or_lie_outside_are_refused()
    {
        var photo = PictureBytes.Gradient(100, 80);
        Assert.Contains("no face", Assert.Throws<InvalidInputException>(() => FfhqAlignment.Align(photo, new Vector2[68])).Message);
        var far = Landmarks("tiny_border3").Select(p => p + new Vector2(5000, 0)).ToArray();
        Assert.Contains("outside", Assert.Throws<InvalidInputException>(() => FfhqAlignment.Align(photo, far)).Message);
        Assert.Throws<ArgumentException>(() => FfhqAlignment.Align(photo, new Vector2[5]));
        Assert.Throws<ArgumentException>(() => FfhqAlignment.Align(photo, [.. Landmarks("pad").Select(p => p * float.NaN)]));
        Assert.Throws<ArgumentException>(() => FfhqAlignment.Align(photo, Landmarks("pad"), new() { CropScale = 0 }));
    }

    [Fact]
    public void A_face_larger_than_its_photo_is_padded_on_all_sides()
    {
        // Mirrored more than once: the square is several times as large as the photo.
        var photo = PictureBytes.Gradient(40, 30);
        var face = FfhqAlignment.Align(photo, [.. Landmarks("tiny_border3").Select(p => (p - new Vector2(60, 50)) * 6 + new Vector2(20, 15))], new() { OutputSize = 128 });
        Assert.InRange(face.FromPhotoFraction, 0.01, 0.2);
        Assert.Contains(true, face.FromPhoto);
    }

    private static RgbImage Input(string name) => Golden(name, "input");

    private static RgbImage Golden(string name, string stage) => ImageFile.Read(Shared.Golden("mystyle", "align", $"{name}_{stage}.png"));

    private static Vector2[] Landmarks(string name)
    {
        using var points = Npy.Read(Shared.Golden("mystyle", "align", $"{name}_landmarks.npy"));
        var values = points.data<long>().ToArray();
        return [.. Enumerable.Range(0, 68).Select(i => new Vector2(values[2 * i], values[2 * i + 1]))];
    }

    private static void AssertAgree(RgbImage expected, RgbImage actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        var differences = expected.Pixels.Zip(actual.Pixels, (e, a) => Math.Abs(e - a)).ToArray();
        Assert.True(differences.Max() <= 2 && differences.Average() <= 0.25, $"worst {differences.Max()}, mean {differences.Average():g3} levels");
    }
}

using System.Numerics;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;

namespace WebStudio.Gpu.Tests.Faces;

public sealed class FacePointsTests
{
    private static readonly FacePoints Points = new(new(100.5f, 90.5f), new(140.5f, 100.5f), new(112.5f, 140.5f));

    [Fact]
    public void The_square_follows_ffhqs_formula()
    {
        // Karras et al.: x = eye_to_eye − rot90(eye_to_mouth), scaled to max(2·|eye_to_eye|, 1.8·|eye_to_mouth|); centre = eyes + 0.1·eye_to_mouth.
        var (eyes, eye, mouth) = (new Vector2(120.5f, 95.5f), new Vector2(40, 10), new Vector2(-8, 45));
        var x = new Vector2(eye.X + mouth.Y, eye.Y - mouth.X);
        x *= Math.Max(2 * eye.Length(), 1.8f * mouth.Length()) / x.Length();
        var (y, center) = (new Vector2(-x.Y, x.X), eyes + 0.1f * mouth);
        Vector2[] expected = [center - x - y, center - x + y, center + x + y, center + x - y];
        Assert.All(expected.Zip(FfhqAlignment.Square(Points)), corner => Assert.True(Vector2.Distance(corner.First, corner.Second) < 1e-3, $"{corner.First} is not {corner.Second}"));
    }

    [Fact]
    public void Points_cut_out_what_landmarks_at_the_same_places_do()
    {
        // Landmarks count pixel centres from 0, points from 0.5; whole numbers are not changed by the official rounding.
        var landmarks = new Vector2[68];
        Array.Fill(landmarks, Points.LeftEye - new Vector2(0.5f), 36, 6);
        Array.Fill(landmarks, Points.RightEye - new Vector2(0.5f), 42, 6);
        (landmarks[48], landmarks[54]) = (Points.Mouth - new Vector2(10.5f, 0.5f), Points.Mouth + new Vector2(9.5f, -0.5f));
        var photo = PictureBytes.Gradient(260, 240);
        var options = new FfhqAlignmentOptions { OutputSize = 64, CropScale = 1.2 };
        Assert.Equal(FfhqAlignment.Align(photo, landmarks, options).Image.Pixels, FfhqAlignment.Align(photo, Points, options).Image.Pixels);
    }

    [Fact]
    public void Whichever_eye_is_pointed_at_first_the_face_is_no_mirror_image()
    {
        Assert.Equal(Points, FacePoints.Of(Points.LeftEye, Points.RightEye, Points.Mouth));
        Assert.Equal(Points, FacePoints.Of(Points.RightEye, Points.LeftEye, Points.Mouth));
        // Upside down: the eye that is left in the face is right in the photo.
        Assert.Equal(new(new(140, 100), new(100, 100), new(120, 50)), FacePoints.Of(new(100, 100), new(140, 100), new(120, 50)));
    }

    [Fact]
    public void Points_on_one_line_or_one_spot_are_no_face()
    {
        Assert.Throws<InvalidInputException>(() => FacePoints.Of(new(10, 10), new(50, 10), new(90, 10)));
        Assert.Throws<InvalidInputException>(() => FacePoints.Of(new(10, 10), new(10, 10), new(10, 40)));
        Assert.Throws<InvalidInputException>(() => FacePoints.Of(new(float.NaN, 10), new(50, 10), new(30, 40)));
    }

    [Fact]
    public void A_face_is_measured_where_the_user_points()
    {
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        var photo = ImageFile.Read(Shared.Path("albums", "messi", "028.jpg"));
        var found = analyzer.Analyze(photo)[0];
        Vector2 Mean(int from, int to) => found.Landmarks.Skip(from).Take(to - from).Aggregate(Vector2.Zero, (a, b) => a + b) / (to - from);
        var face = analyzer.AnalyzeAt(photo, FacePoints.Of(Mean(36, 42), Mean(42, 48), (found.Landmarks[48] + found.Landmarks[54]) / 2));
        Assert.NotNull(face);
        Assert.True(face.DistanceTo(found) < 0.15, $"another person, {face.DistanceTo(found)} away");
        Assert.Equal(found[FaceAttribute.Yaw], face[FaceAttribute.Yaw], 3.0); // degrees: the landmarks are looked for from another start
        Assert.Null(analyzer.AnalyzeAt(new RgbImage(300, 200, new byte[300 * 200 * 3]), new(new(100, 80), new(140, 80), new(120, 120))));
    }

    [Fact]
    public void Decisions_come_back_from_their_text()
    {
        var decision = new PhotoOverride
        {
            Use = true,
            Face = 2,
            Crop = Points,
            Attributes = new Dictionary<FaceAttribute, double> { [FaceAttribute.Yaw] = -12.5 },
            Tags = new Dictionary<string, string> { ["glasses"] = "“yes”" },
        };
        var read = PhotoOverride.Parse(decision.ToJson(), "x");
        Assert.Equal((true, 2, Points), (read.Use, read.Face, read.Crop));
        Assert.Equal(decision.Attributes, read.Attributes);
        Assert.Equal(decision.Tags, read.Tags);
        Assert.True(PhotoOverride.Parse(new PhotoOverride().ToJson(), "x").IsEmpty);
        Assert.True(PhotoOverride.Parse("", "x").IsEmpty);
    }
}

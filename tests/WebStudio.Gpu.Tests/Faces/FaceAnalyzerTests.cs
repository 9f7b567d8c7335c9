using System.Globalization;
using TorchSharp;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Networks;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Faces;

public sealed class FaceAnalyzerTests
{
    private static RgbImage Mirror(RgbImage image)
    {
        using var scope = NewDisposeScope();
        return RgbImage.FromTensor(image.ToTensor().flip(2));
    }

    private static double Pearson(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return covariance / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }

    [Theory]
    [InlineData(384, 0.9, 0.93)]
    [InlineData(128, 0.9, 0.93)]
    [InlineData(64, 0.85, 0.88)] // about what a 128 px generator's softness leaves
    public void Smile_and_age_agree_with_peoples_ratings(int resolution, double smileAtLeast, double ageAtLeast)
    {
        using var scope = NewDisposeScope();
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        List<double> smile = [], happy = [], age = [], ratedAge = [];
        foreach (var lines in File.ReadLines(Shared.Path("rated-faces", "ratings.csv")).Skip(1).Chunk(16))
        {
            using var part = NewDisposeScope();
            var rows = lines.Select(l => l.Split(',')).ToArray();
            var pictures = stack([.. rows.Select(r => FaceInput.Resize(ImageFile.Read(Shared.Path("rated-faces", r[0])).ToTensor().unsqueeze(0), resolution).squeeze(0))]);
            var readings = analyzer.MeasureAligned(pictures);
            smile.AddRange(readings.Select(r => r[FaceAttribute.Smile]));
            age.AddRange(readings.Select(r => r[FaceAttribute.Age]));
            happy.AddRange(rows.Select(r => double.Parse(r[1], CultureInfo.InvariantCulture)));
            ratedAge.AddRange(rows.Select(r => double.Parse(r[2], CultureInfo.InvariantCulture)));
        }
        Assert.Equal(160, smile.Count);
        Assert.InRange(Pearson(smile, happy), smileAtLeast, 1);
        Assert.InRange(Pearson(age, ratedAge), ageAtLeast, 1);
        Assert.Equal(smile.Count, smile.Distinct().Count()); // nowhere saturated
    }

    [Fact]
    public void Mirroring_a_photo_negates_yaw_and_roll_and_leaves_the_rest()
    {
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        var (faces, kept) = (0, 0);
        foreach (var album in (string[])["messi", "sharapova", "serena"])
            foreach (var path in Directory.EnumerateFiles(Shared.Path("albums", album)).Order(StringComparer.Ordinal).Where((_, i) => i % 7 == 3))
            {
                var photo = ImageFile.Read(path);
                if (analyzer.Analyze(photo).MaxBy(f => f.Box.Size) is not { } face || face.Box.Size < 60)
                    continue;
                var mirrored = analyzer.Analyze(Mirror(photo)).MinBy(f => Math.Abs(f.Box.Center.X - (photo.Width - face.Box.Center.X)) + Math.Abs(f.Box.Center.Y - face.Box.Center.Y));
                faces++;
                double Change(FaceAttribute a, int sign) => mirrored is null ? 100 : Math.Abs(face[a] - sign * mirrored[a]);
                if (Change(FaceAttribute.Yaw, -1) <= 2 && Change(FaceAttribute.Roll, -1) <= 2 && Change(FaceAttribute.Pitch, 1) <= 2 && Change(FaceAttribute.Smile, 1) <= 3
                    && Change(FaceAttribute.Mouth, 1) <= 3 && Change(FaceAttribute.Eyes, 1) <= 3 && Change(FaceAttribute.Age, 1) <= 3)
                    kept++;
            }
        Assert.InRange(faces, 20, 40);
        Assert.True(kept >= 0.95 * faces, $"{kept} of {faces} faces keep their readings in the mirror");
    }

    [Fact]
    public void Landmarks_in_the_photo_and_in_the_crop_are_the_same_points()
    {
        using var scope = NewDisposeScope();
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        var photo = ImageFile.Read(Shared.Path("rated-faces", "0002.jpg"));
        var found = Assert.Single(analyzer.Analyze(photo));
        var aligned = analyzer.MeasureAligned(photo.ToTensor().unsqueeze(0))[0];
        var (eyes, other) = (found.Landmarks.Skip(36).Take(12), aligned.Landmarks.Skip(36).Take(12));
        foreach (var (a, b) in eyes.Zip(other))
            Assert.InRange((a - b).Length(), 0, 384 * 0.01);
        Assert.InRange(found.DistanceTo(aligned), 0, 0.15); // the same face through two ways of reducing it
        Assert.Equal(found[FaceAttribute.Yaw], aligned[FaceAttribute.Yaw], 1.5);
    }

    [Fact]
    public void A_crop_without_a_face_has_no_confidence_and_a_photo_without_one_no_faces()
    {
        using var scope = NewDisposeScope();
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        using var generator = new Generator(3);
        var noise = rand([1, 3, 128, 128], generator: generator) * 2 - 1;
        Assert.InRange(analyzer.MeasureAligned(noise)[0].Confidence, 0, 0.2);
        Assert.Empty(analyzer.Analyze(RgbImage.FromTensor(noise[0])));
        Assert.Empty(analyzer.Analyze(new RgbImage(1, 1, new byte[3])));
    }

    [Fact]
    public void Synthesised_128_px_faces_are_measured_clearly()
    {
        using var scope = NewDisposeScope();
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        foreach (var reading in analyzer.MeasureAligned(ReferenceFaces.Load()))
        {
            Assert.InRange(reading.Confidence, 0.5, 1);
            Assert.Equal(Enum.GetValues<FaceAttribute>().Length, reading.Attributes.Count);
            Assert.Equal(FaceEmbeddingNetwork.EmbeddingSize, reading.Embedding.Count);
        }
    }

    [Fact]
    public void Measuring_leaves_no_tensor_behind()
    {
        static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using var pictures = ReferenceFaces.Load();
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        var photo = RgbImage.FromTensor(ReferenceFaces.Picture(0, 2, 256)[0]);
        analyzer.Analyze(photo);
        var before = Live();
        analyzer.MeasureAligned(pictures);
        analyzer.Analyze(photo);
        Assert.Equal(before, Live());
    }
}

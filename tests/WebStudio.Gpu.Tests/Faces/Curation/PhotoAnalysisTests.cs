using System.Numerics;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Faces.Curation;

public sealed class PhotoAnalysisTests
{
    private readonly Random _random = new(5);

    private float Number() => (float)((_random.NextDouble() - 0.3) * 1000);

    private FaceObservation Face() => new(
        new(Number(), Number(), 90.125f, 1f / 3),
        _random.NextDouble(),
        new(
            [.. Enumerable.Range(0, 68).Select(_ => new Vector2(Number(), Number()))],
            Enum.GetValues<FaceAttribute>().ToDictionary(a => a, _ => new AttributeReading(Number(), _random.NextDouble())),
            [.. Enumerable.Range(0, 128).Select(_ => Number() / 3)],
            _random.NextDouble()));

    private FaceLook Look()
    {
        var pixels = new byte[64 * 64 * 3];
        _random.NextBytes(pixels);
        var image = new RgbImage(64, 64, pixels);
        return new(PictureQuality.Of(image), PerceptualHash.Of(image));
    }

    [Fact]
    public void Every_number_of_an_analysis_comes_back_from_its_text()
    {
        var points = new FacePoints(new(1.5f, 2), new(3, 1f / 7), new(2, 9));
        var analysis = new PhotoAnalysis(1024, 768, [new(Face(), Look()), new(Face(), null)], new(points, Face(), Look()));
        var read = PhotoAnalysisJson.Read(PhotoAnalysisJson.Write(analysis));
        Assert.Equal((1024, 768, null), (read.Width, read.Height, read.Problem));
        Assert.Equal(2, read.Faces.Count);
        for (var i = 0; i < 2; i++)
            AssertSame(analysis.Faces[i].Observation, read.Faces[i].Observation);
        AssertSame(analysis.Faces[0].Look!, read.Faces[0].Look!);
        Assert.Null(read.Faces[1].Look);
        Assert.Equal(points, read.Points!.Points);
        AssertSame(analysis.Points!.Observation!, read.Points.Observation!);
        AssertSame(analysis.Points.Look!, read.Points.Look!);

        static void AssertSame(object expected, object actual)
        {
            if (expected is FaceLook a && actual is FaceLook b)
            {
                Assert.Equal(a.Quality, b.Quality);
                Assert.Equal(0, a.Hash.DistanceTo(b.Hash));
                return;
            }
            var (e, r) = ((FaceObservation)expected, (FaceObservation)actual);
            Assert.Equal((e.Box, e.Score, e.Confidence), (r.Box, r.Score, r.Confidence));
            Assert.Equal(e.Landmarks, r.Landmarks);
            Assert.Equal(e.Embedding, r.Embedding);
            Assert.Equal(e.Attributes.OrderBy(x => x.Key), r.Attributes.OrderBy(x => x.Key));
        }
    }

    [Fact]
    public void A_photo_that_cannot_be_read_keeps_its_problem() =>
        Assert.Equal("x.jpg is cut off.", PhotoAnalysisJson.Read(PhotoAnalysisJson.Write(PhotoAnalysis.Unreadable("x.jpg is cut off."))).Problem);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{ "format": 2, "width": 1, "height": 1, "faces": [] }""")]
    [InlineData("""{ "format": 1, "width": 1, "height": 1 }""")]
    [InlineData("""{ "format": 1, "width": 1, "height": 1, "faces": [{ "box": [1], "landmarks": [], "embedding": [], "attributes": {} }] }""")]
    public void Other_texts_are_refused(string text) => Assert.Throws<InvalidInputException>(() => PhotoAnalysisJson.Read(text));

    [Fact]
    public void Deciding_on_kept_analyses_gives_what_curating_the_photos_gave()
    {
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        AlbumPhoto[] photos = [.. ((string[])["009.jpg", "028.jpg", "018.jpg", "005.jpg"]).Select(n => new AlbumPhoto(n, () => ImageFile.Read(Shared.Path("albums", "messi", n)))),
            new("grey.png", () => new RgbImage(300, 200, new byte[300 * 200 * 3]))];
        var overrides = CurationOverrides.Parse("""{ "photos": { "028.jpg": { "use": false }, "grey.png": { "crop": { "left_eye": [100, 80], "right_eye": [140, 80], "mouth": [120, 120] } } } }""", "test");
        var curated = new AlbumCurator(analyzer, new() { Alignment = new() { OutputSize = 64, Oversampling = 1 } }).Curate(photos, overrides);

        AnalysedPhoto[] kept = [.. photos.Select(p =>
        {
            var picture = p.Read();
            var analysis = PhotoAnalysis.Of(picture, PhotoFaces.Find(analyzer, picture, overrides.Photos.GetValueOrDefault(p.Name)?.Crop));
            return new AnalysedPhoto(p.Name, PhotoAnalysisJson.Read(PhotoAnalysisJson.Write(analysis)));
        })];
        var decided = new AlbumDecider().Decide(kept, overrides);

        Assert.Equal(curated.Outcome, decided.Outcome);
        Assert.Equal(curated.Photos.Select(p => (p.Name, p.Verdict, p.Reason, p.ChosenFace, p.PersonDistance, p.Quality)), decided.Photos.Select(p => (p.Name, p.Verdict, p.Reason, p.ChosenFace, p.PersonDistance, p.Quality)));
        Assert.Equal([PhotoVerdict.Used, PhotoVerdict.RejectedByHand, PhotoVerdict.Used, PhotoVerdict.Used, PhotoVerdict.UsedByHand], decided.Photos.Select(p => p.Verdict));
        var byHand = curated.Photos[4];
        Assert.NotNull(byHand.Aligned);
        Assert.All(byHand.Attributes.Values, reading => Assert.Equal(0, reading.Confidence)); // unknown, and said so
        Assert.Equal(Enum.GetValues<FaceAttribute>().Length, byHand.Attributes.Count);
    }
}

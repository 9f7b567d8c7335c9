using WebStudio.Gpu.Applications.Samples;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Applications;

public sealed class SampleAlbumTests
{
    private static IReadOnlyList<RgbImage> Photos(SampleAlbumOptions options)
    {
        using var album = SampleAlbum.Open(BaseFolder.Open(BaseFolder.BuiltIn), ComputeContext.Cpu, options);
        return [.. Enumerable.Range(0, album.Count).Select(album.Photo)];
    }

    [Fact]
    public void The_sample_album_shows_one_person_who_turns_and_smiles()
    {
        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        var photos = Photos(new());
        var curated = new AlbumCurator(analyzer, new() { Alignment = new() { OutputSize = 128, Oversampling = 1 } })
            .Curate([.. photos.Select((photo, i) => new AlbumPhoto($"{i}", () => photo))]);

        var used = curated.Used.ToList();
        Assert.True(used.Count >= photos.Count - 2, string.Join("; ", curated.Rejected.Select(p => p.Reason)));
        double Range(FaceAttribute attribute) => used.Max(p => p.Attributes[attribute].Value) - used.Min(p => p.Attributes[attribute].Value);
        Assert.True(Range(FaceAttribute.Yaw) >= 30, $"yaw over {Range(FaceAttribute.Yaw):F0}°");
        Assert.True(Range(FaceAttribute.Smile) >= 30, $"smile over {Range(FaceAttribute.Smile):F0} %");

        // Closer to each other than to anybody of two hundred photos of other people would be ideal; here: than two other persons of the same base.
        var others = ((int[])[1, 2]).Select(person => analyzer.Analyze(Photos(new() { Person = person, Photos = 5 })[0])[0]).ToList();
        var mean = Enumerable.Range(0, 128).Select(d => used.Average(p => p.Face!.Embedding[d])).ToArray();
        Assert.All(used, p => Assert.True(FaceReading.Distance(p.Face!.Embedding, mean) < PersonCrop.SamePerson - 0.1, $"{p.Name}: {FaceReading.Distance(p.Face!.Embedding, mean):F2} from the person"));
        Assert.All(others, other => Assert.True(FaceReading.Distance(other.Embedding, mean) > used.Max(p => FaceReading.Distance(p.Face!.Embedding, mean))));

        // Alignment finds the frame that was rendered.
        foreach (var photo in used)
        {
            var whole = photos[int.Parse(photo.Name)];
            var margin = (whole.Width - new SampleAlbumOptions().CropSize) / 2;
            var crop = whole.Crop(margin, margin, whole.Width - 2 * margin, whole.Height - 2 * margin).Resize(128, 128);
            var error = photo.Aligned!.Image.Pixels.Zip(crop.Pixels, (a, b) => (double)(a - b) * (a - b)).Average();
            Assert.True(error < 30 * 30, $"{photo.Name}: cut {Math.Sqrt(error):F0} levels off");
        }
    }

    [Fact]
    public void Equal_options_give_equal_photos_and_another_seed_another_person()
    {
        var options = new SampleAlbumOptions { Photos = 5 };
        var photo = Photos(options)[3];
        Assert.Equal(photo.Pixels, Photos(options)[3].Pixels);
        Assert.NotEqual(photo.Pixels, Photos(options with { Person = options.Person + 1 })[3].Pixels);
    }

    [Fact]
    public void A_plan_visits_every_value_of_every_dimension_and_keeps_dimensions_apart()
    {
        var plan = LatinHypercube.Plan(24, 8, new Random(3));
        for (var d = 0; d < 8; d++)
        {
            Assert.Equal(Enumerable.Range(0, 24).Select(i => 2.0 * i / 23 - 1), plan.Select(row => row[d]).Order());
            for (var other = 0; other < d; other++)
                Assert.InRange(plan.Sum(row => row[d] * row[other]) / plan.Sum(row => row[d] * row[d]), -0.45, 0.45);
        }
    }
}

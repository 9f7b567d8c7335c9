using System.Numerics;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Gpu.Tests.Faces.Curation;

public sealed class PersonFinderTests
{
    private readonly Random _random = new(11);

    /// <summary>Somebody's mean embedding: random directions lie about 0.85 apart at this length.</summary>
    private float[] Somebody() => Scaled(0.6);

    private float[] Scaled(double length)
    {
        var v = Enumerable.Range(0, 128).Select(_ => _random.NextDouble() - 0.5).ToArray();
        var norm = Math.Sqrt(v.Sum(x => x * x));
        return [.. v.Select(x => (float)(x / norm * length))];
    }

    /// <summary>A photo of somebody: 0.3 off their mean, so that two photos lie about 0.42 apart.</summary>
    private FaceObservation Seen(float[] person, double confidence = 1, float size = 120) =>
        new(new FaceBox(0, 0, size, size), 0.9, new(new Vector2[68], new Dictionary<FaceAttribute, AttributeReading>(), [.. person.Zip(Scaled(0.3), (a, b) => a + b)], confidence));

    private static float[] Mix(float[] a, float[] b, float share) => [.. a.Zip(b, (x, y) => x + (y - x) * share)];

    private static PersonFinder Find(IReadOnlyList<IReadOnlyList<FaceObservation>> photos, out int references, params AlbumFace[] named)
    {
        var finder = new PersonFinder(photos, new());
        references = finder.FindPerson(named);
        return finder;
    }

    [Fact]
    public void The_person_is_who_comes_back_most_often()
    {
        var (person, friend) = (Somebody(), Somebody());
        List<FaceObservation[]> photos = [];
        for (var i = 0; i < 12; i++)
            photos.Add(i % 3 == 0 ? [Seen(friend), Seen(person)] : i % 3 == 1 ? [Seen(person)] : [Seen(Somebody()), Seen(Somebody()), Seen(person)]);
        photos.Add([Seen(friend)]);
        photos.Add([Seen(Somebody())]);
        var finder = Find(photos, out var references);
        Assert.Equal(12, references);
        for (var p = 0; p < 12; p++)
            Assert.Equal(photos[p].Length - 1, finder.Choose(p)?.Face);
        Assert.Null(finder.Choose(12));
        Assert.Null(finder.Choose(13));
    }

    [Fact]
    public void A_sister_is_told_apart_by_the_photos_that_show_both()
    {
        var person = Somebody();
        var sister = Mix(person, Somebody(), 0.45f);
        List<FaceObservation[]> photos = [];
        for (var i = 0; i < 20; i++)
            photos.Add(i < 6 ? [Seen(sister), Seen(person)] : [Seen(person)]);
        photos.Add([Seen(sister)]);
        var finder = Find(photos, out _);
        var alone = finder.DistancesOf(new(20, 0));
        Assert.True(alone.Person < new CurationOptions().MaxPersonDistance, "the case is hard: by distance alone she would pass");
        Assert.Null(finder.Choose(20));
        Assert.All(Enumerable.Range(0, 6), p => Assert.Equal(1, finder.Choose(p)?.Face));
    }

    [Fact]
    public void Naming_a_face_makes_its_group_the_person()
    {
        var (most, meant) = (Somebody(), Somebody());
        var photos = Enumerable.Range(0, 12).Select(i => (FaceObservation[])[Seen(i < 8 ? most : meant)]).ToArray();
        Assert.Equal(0, Find(photos, out _).Choose(0)?.Face);
        var finder = Find(photos, out _, new AlbumFace(9, 0));
        Assert.Null(finder.Choose(0));
        Assert.All(Enumerable.Range(8, 4), p => Assert.Equal(0, finder.Choose(p)?.Face));
    }

    [Fact]
    public void Where_nobody_recurs_there_is_no_person()
    {
        var finder = Find([.. Enumerable.Range(0, 9).Select(_ => (FaceObservation[])[Seen(Somebody())])], out var references);
        Assert.Equal(0, references);
        Assert.All(Enumerable.Range(0, 9), p => Assert.Null(finder.Choose(p)));
    }

    [Fact]
    public void A_single_photo_with_a_face_shows_its_person()
    {
        var finder = Find([[], [Seen(Somebody())], []], out var references);
        Assert.Equal(1, references);
        Assert.Equal(new AlbumFace(1, 0), finder.Choose(1));
        Assert.Null(finder.Choose(0));
    }
}

using System.Text.Json;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Tests.Faces.Curation;

public sealed class AlbumCuratorTests : IDisposable
{
    private readonly FaceAnalyzer _analyzer = new(ComputeContext.Cpu);

    public void Dispose() => _analyzer.Dispose();

    private static readonly FfhqAlignmentOptions Small = new() { OutputSize = 64, Oversampling = 1 };

    private Album Curate(IEnumerable<AlbumPhoto> photos, string? overrides = null) =>
        new AlbumCurator(_analyzer, new CurationOptions { Alignment = Small }).Curate([.. photos], overrides is null ? null : CurationOverrides.Parse($$"""{"photos":{{overrides}}}""", "test"));

    private static AlbumPhoto Photo(params string[] path) => new(path[^1], () => ImageFile.Read(Shared.Path(path)));

    private static AlbumPhoto Rated(int number) => Photo("rated-faces", $"{number:0000}.jpg");

    private static AlbumPhoto Messi(string name) => Photo("albums", "messi", name);

    private static AlbumPhoto Empty(string name) => new(name, () => new RgbImage(300, 200, new byte[300 * 200 * 3]));

    /// <summary>Where the person's face is in a photo, told by looking: centre and size in pixels. Photos without the person's face are not listed.</summary>
    private static Dictionary<string, double[]> Labels(string album)
    {
        using var stream = typeof(AlbumCuratorTests).Assembly.GetManifestResourceStream("persons.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double[]>>>(stream)![album];
    }

    [Theory]
    [InlineData("messi")]
    [InlineData("sharapova")]
    [InlineData("serena")]
    public void The_right_person_is_found_and_no_stranger_is_used(string album)
    {
        // Every third photo: time. The whole albums were looked at by eye.
        var photos = AlbumPhoto.FromFolder(Shared.Path("albums", album)).Where((_, i) => i % 3 == 0).ToArray();
        var curated = Curate(photos);
        Assert.True(curated.PersonFound, curated.Outcome);
        Assert.Equal(photos.Select(p => p.Name), curated.Photos.Select(p => p.Name));
        var labels = Labels(album);
        Assert.All(curated.Used, photo =>
        {
            Assert.True(labels.TryGetValue(photo.Name, out var person), $"{photo.Name} does not show the person");
            var box = photo.Face!.Box;
            Assert.True(person[0] > box.Left && person[0] < box.Right && person[1] > box.Top && person[1] < box.Bottom, $"{photo.Name}: a stranger was chosen");
            Assert.NotNull(photo.Aligned);
        });
        Assert.All(curated.Rejected, photo => Assert.False(string.IsNullOrWhiteSpace(photo.Reason)));
        var shown = photos.Count(p => labels.TryGetValue(p.Name, out var person) && person[2] >= 60);
        Assert.True(curated.Used.Count() >= 0.8 * shown, $"{curated.Used.Count()} of {shown} photos used"); // the issue asks for 60 %
    }

    [Fact]
    public void An_album_without_faces_says_so()
    {
        var album = Curate([Empty("a.png"), Empty("b.png")]);
        Assert.False(album.PersonFound);
        Assert.Contains("No face was found in any of 2 photos", album.Outcome, StringComparison.Ordinal);
        Assert.All(album.Photos, p => Assert.Equal(PhotoVerdict.NoFace, p.Verdict));
    }

    [Fact]
    public void An_album_of_strangers_has_no_person_until_a_face_is_named()
    {
        var photos = Enumerable.Range(1, 6).Select(Rated).ToArray();
        var album = Curate(photos);
        Assert.False(album.PersonFound);
        Assert.Contains("nobody recurs", album.Outcome, StringComparison.Ordinal);
        Assert.All(album.Photos, p => Assert.Equal(PhotoVerdict.OtherPerson, p.Verdict));
        var named = Curate(photos, """{ "0004.jpg": { "face": 0 } }""");
        Assert.Equal("0004.jpg", Assert.Single(named.Used).Name);
    }

    [Fact]
    public void One_photo_with_one_face_is_its_own_person()
    {
        var album = Curate([Rated(3)]);
        Assert.True(album.PersonFound);
        Assert.Single(album.Used);
    }

    [Fact]
    public void An_unreadable_file_keeps_its_message_and_the_rest_goes_on()
    {
        var broken = new AlbumPhoto("broken.jpg", () => throw new InvalidInputException("broken.jpg is cut off after 12 bytes."));
        var album = Curate([broken, Messi("009.jpg"), Messi("028.jpg")]);
        Assert.Equal(PhotoVerdict.Unreadable, album.Photos[0].Verdict);
        Assert.Equal("broken.jpg is cut off after 12 bytes.", album.Photos[0].Reason);
        Assert.Equal(2, album.Used.Count());
    }

    [Fact]
    public void Grayscale_blurred_small_and_duplicate_photos_are_left_out_and_can_be_put_back()
    {
        RgbImage Read(string name) => ImageFile.Read(Shared.Path("albums", "messi", name));
        RgbImage Shrunk(RgbImage image, double scale) => image.Resize((int)(image.Width * scale), (int)(image.Height * scale));
        RgbImage Gray(RgbImage image) => new(image.Width, image.Height, [.. image.Pixels.Select((_, i) => image.Pixels[i / 3 * 3 + 1])]);
        AlbumPhoto[] photos =
        [
            Messi("009.jpg"), Messi("028.jpg"), Messi("018.jpg"), Messi("026.jpg"),
            new("gray.png", () => Gray(Read("005.jpg"))),
            new("copy.png", () => Shrunk(Read("026.jpg"), 0.7)),
            new("small.png", () => Shrunk(Read("034.jpg"), 0.07)),
            new("blurred.png", () => Shrunk(Read("035.png"), 0.05).Resize(500, 500)),
        ];
        var album = Curate(photos);
        PhotoVerdict Verdict(string name) => album.Photos.Single(p => p.Name == name).Verdict;
        Assert.Equal(PhotoVerdict.Grayscale, Verdict("gray.png"));
        Assert.Equal(PhotoVerdict.NearDuplicate, Verdict("copy.png"));
        Assert.Equal(PhotoVerdict.TooSmall, Verdict("small.png"));
        Assert.Contains(Verdict("blurred.png"), (PhotoVerdict[])[PhotoVerdict.Blurred, PhotoVerdict.OtherPerson, PhotoVerdict.NoFace]);
        Assert.Equal(4, album.Used.Count());

        var back = Curate(photos, """
            { "gray.png": { "use": true, "attributes": { "yaw": 33 }, "tags": { "shirt": "red" } }, "copy.png": { "use": true }, "small.png": { "use": true }, "028.jpg": { "use": false } }
            """);
        Assert.Equal(["009.jpg", "018.jpg", "gray.png", "copy.png", "small.png"], back.Used.Select(p => p.Name)); // 026 now is the copy of the copy
        var gray = back.Photos.Single(p => p.Name == "gray.png");
        Assert.Equal(PhotoVerdict.UsedByHand, gray.Verdict);
        Assert.Equal(new AttributeReading(33, 1), gray.Attributes[FaceAttribute.Yaw]);
        Assert.Equal("red", gray.Tags["shirt"]);
        Assert.Equal(PhotoVerdict.RejectedByHand, back.Photos[1].Verdict);
    }

    [Fact]
    public void Eyes_outside_the_photo_are_noticed()
    {
        RgbImage Cut()
        {
            var whole = ImageFile.Read(Shared.Path("albums", "messi", "028.jpg"));
            var from = (int)_analyzer.Analyze(whole)[0].Landmarks.Skip(36).Take(12).Average(p => p.Y);
            return new(whole.Width, whole.Height - from, whole.Pixels[(from * whole.Width * 3)..]);
        }
        var album = Curate([Messi("009.jpg"), Messi("018.jpg"), new("cut.png", Cut)], """{ "cut.png": { "face": 0 } }""");
        Assert.Contains(album.Photos[2].Verdict, (PhotoVerdict[])[PhotoVerdict.OutOfFrame, PhotoVerdict.NoFace]);
    }

    [Fact]
    public void Overrides_of_photos_and_faces_that_are_not_there_are_refused()
    {
        Assert.Contains("'x.jpg', which is not in the album", Assert.Throws<InvalidInputException>(() => Curate([Rated(1)], """{ "x.jpg": {} }""")).Message, StringComparison.Ordinal);
        Assert.Contains("face 3 of the photo '0001.jpg'", Assert.Throws<InvalidInputException>(() => Curate([Rated(1)], """{ "0001.jpg": { "face": 3 } }""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_told_and_a_stop_is_heard()
    {
        using var stop = new CancellationTokenSource();
        var told = new List<CurationProgress>();
        var progress = new Now(p =>
        {
            told.Add(p);
            if (told.Count == 2)
                stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => new AlbumCurator(_analyzer).Curate([Empty("a"), Empty("b"), Empty("c")], null, progress, stop.Token));
        Assert.Equal([new(1, 3, "analysing", "a"), new(2, 3, "analysing", "b")], told);
    }

    [Fact]
    public void A_folder_that_is_no_album_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("webstudio-album").FullName;
        try
        {
            Assert.Contains("does not exist", Assert.Throws<InvalidInputException>(() => AlbumPhoto.FromFolder(folder + "x")).Message, StringComparison.Ordinal);
            Assert.Contains("holds no files", Assert.Throws<InvalidInputException>(() => AlbumPhoto.FromFolder(folder)).Message, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "b.txt"), "no picture");
            File.WriteAllText(Path.Combine(folder, "overrides.json"), "{}");
            var photo = Assert.Single(AlbumPhoto.FromFolder(folder));
            Assert.Contains("is a file", Assert.Throws<InvalidInputException>(() => AlbumPhoto.FromFolder(Path.Combine(folder, "b.txt"))).Message, StringComparison.Ordinal);
            Assert.Equal(PhotoVerdict.Unreadable, Curate([photo]).Photos[0].Verdict);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Now(Action<CurationProgress> report) : IProgress<CurationProgress>
    {
        public void Report(CurationProgress value) => report(value);
    }
}

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests;
using WebStudio.Server.Albums;

namespace WebStudio.Server.Tests.Albums;

/// <summary>Curation in the background on a few real photos, and what the user's words do to it.</summary>
public sealed class AlbumCurationTests : IAsyncLifetime
{
    private static readonly string[] Names = ["001.jpg", "004.jpg", "005.jpg", "009.jpg"];

    private readonly StudioServer _server = new();
    private Viewer _ada = null!;
    private Guid _album;

    private IAlbums Albums => _server.Services.GetRequiredService<IAlbums>();

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _ada = await _server.JoinAsync("Ada");
        _album = await Albums.CreateAsync(_ada, new("Messi", "Leo", new("Leo", "everything", null)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task UploadAsync()
    {
        await using var db = await _server.DatabaseAsync();
        var album = (await db.Albums.FindAsync(_album))!;
        var store = _server.Services.GetRequiredService<PhotoStore>();
        foreach (var name in Names)
        {
            await using var file = File.OpenRead(Shared.Path("albums", "messi", name));
            await store.AddAsync(album, name, file, CancellationToken.None);
        }
        using var grey = new MemoryStream(ImageEncoder.Encode(new RgbImage(300, 200, [.. Enumerable.Repeat((byte)120, 300 * 200 * 3)]), ImageFormat.Png));
        await store.AddAsync(album, "grey.png", grey, CancellationToken.None);
    }

    private async Task<Dictionary<string, PhotoView>> CuratedAsync()
    {
        for (var i = 0; i < 1200 && (await Albums.FindAsync(_ada, _album))?.IsCurated != true; i++)
            await Task.Delay(100);
        Assert.True((await Albums.FindAsync(_ada, _album))!.IsCurated, "curation did not come to an end");
        return (await Albums.PhotosAsync(_ada, _album)).ToDictionary(p => p.Name);
    }

    [Fact]
    public async Task Photos_are_decided_on_as_the_verb_does_and_again_as_the_user_says()
    {
        var told = new TaskCompletionSource();
        using var watching = Albums.Watch(_album, () => told.TrySetResult());
        await UploadAsync();
        var photos = await CuratedAsync();
        await told.Task;

        using var analyzer = new FaceAnalyzer(ComputeContext.Cpu);
        AlbumPhoto[] files = [.. Names.Select(n => new AlbumPhoto(n, () => ImageFile.Read(Shared.Path("albums", "messi", n)))), new("grey.png", () => new(300, 200, [.. Enumerable.Repeat((byte)120, 300 * 200 * 3)]))];
        var expected = new AlbumCurator(analyzer, new() { Alignment = null }).Curate(files);
        Assert.Equal(expected.Photos.Select(p => (p.Name, (PhotoVerdict?)p.Verdict, p.Reason, p.ChosenFace, p.Faces.Count)), photos.Values.Select(p => (p.Name, p.Verdict, p.Reason, p.ChosenFace, p.Faces.Count)));
        Assert.Equal(expected.Outcome, (await Albums.FindAsync(_ada, _album))!.Outcome);
        foreach (var decision in expected.Used)
            Assert.Equal(decision.Attributes[FaceAttribute.Yaw].Value, photos[decision.Name].Attributes[FaceAttribute.Yaw].Value, 0.06); // kept to a tenth of a degree

        var used = expected.Used.First().Name;
        await Albums.DecideAsync(_ada, photos[used].Id, new() { Use = false });
        await Albums.DecideAsync(_ada, photos["grey.png"].Id, new() { Crop = FacePoints.Of(new(120, 80), new(170, 80), new(145, 130)), Attributes = new Dictionary<FaceAttribute, double> { [FaceAttribute.Yaw] = 21 }, Tags = new Dictionary<string, string> { ["glasses"] = "yes" } });
        photos = await CuratedAsync();
        Assert.Equal(PhotoVerdict.RejectedByHand, photos[used].Verdict);
        Assert.Equal(PhotoVerdict.UsedByHand, photos["grey.png"].Verdict);
        Assert.Equal(new AttributeReading(21, 1), photos["grey.png"].Attributes[FaceAttribute.Yaw]);
        Assert.Equal(4, photos["grey.png"].Square.Count);

        var loaded = await _server.Services.GetRequiredService<CuratedAlbums>().LoadAsync(_album, new() { OutputSize = 64 }, null, CancellationToken.None);
        Assert.Equal(photos.Values.Where(p => p.IsUsed).Select(p => p.Name), loaded.Used.Select(p => p.Name));
        Assert.All(loaded.Used, p => Assert.Equal(64, p.Aligned!.Image.Width));
        Assert.Equal("yes", loaded.Used.Single(p => p.Name == "grey.png").Tags["glasses"]);

        using var visitor = await _server.SignInAsync("Ada");
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/files/albums/{_album}/photos/{photos["grey.png"].Id}/face")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/files/albums/{_album}/photos/{photos[used].Id}/face")).Status);
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused_and_others_cannot_decide()
    {
        await UploadAsync();
        var photo = (await CuratedAsync())["grey.png"];
        var bob = await _server.JoinAsync("Bob");
        var sue = await _server.JoinAsync("Sue", StudioRoles.Supervisor);
        Task<InvalidInputException> Refused(Viewer viewer, PhotoOverride decision) => Assert.ThrowsAsync<InvalidInputException>(() => Albums.DecideAsync(viewer, photo.Id, decision));
        Assert.Contains("0 faces", (await Refused(_ada, new() { Face = 0 })).Message);
        Assert.Contains("Age goes from 0 to 120", (await Refused(_ada, new() { Attributes = new Dictionary<FaceAttribute, double> { [FaceAttribute.Age] = 200 } })).Message);
        Assert.Contains("is measured", (await Refused(_ada, new() { Tags = new Dictionary<string, string> { ["Yaw"] = "left" } })).Message);
        Assert.Contains("outside", (await Refused(_ada, new() { Crop = new(new(10, 10), new(400, 10), new(200, 150)) })).Message);
        Assert.Contains("not yours", (await Refused(bob, new() { Use = true })).Message);
        Assert.Contains("not yours", (await Refused(sue, new() { Use = true })).Message);
        await Assert.ThrowsAsync<InvalidInputException>(() => Albums.DeletePhotoAsync(sue, photo.Id));
        await Assert.ThrowsAsync<InvalidInputException>(() => Albums.DeleteAsync(bob, _album));
        Assert.Empty(await Albums.PhotosAsync(bob, _album));
        Assert.Null(await Albums.FindAsync(bob, _album));
        Assert.Equal("Ada", (await Albums.FindAsync(sue, _album))!.Owner);
        Assert.True((await Albums.PhotosAsync(_ada, _album)).Single(p => p.Id == photo.Id).Decision.IsEmpty);
    }
}

using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Creations;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Creations;

/// <summary>Repaired photos, and what leaves the studio: known pixels stay, files say how they were made.</summary>
public sealed class EnhancementTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private EditingStudio _studio = null!;
    private Member _ada = null!, _bob = null!;
    private SeededModel _model = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ICreations Creations => _studio.App.Services.GetRequiredService<ICreations>();

    public async ValueTask InitializeAsync()
    {
        _studio = await EditingStudio.StartAsync(_folder.Path);
        (_ada, _bob) = (await _studio.JoinAsync("ada"), await _studio.JoinAsync("bob"));
        _model = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_hole_is_filled_twice_over_and_every_known_pixel_stays()
    {
        var photo = PhotoOfModel.Make(_model.Folder);
        // The mask comes in a size of its own, as the page draws it.
        var mask = ImageEncoder.Encode(new RgbImage(210, 180, [.. Enumerable.Range(0, 210 * 180).SelectMany(i => Enumerable.Repeat((byte)(i % 210 is > 95 and < 125 && i / 210 is > 90 and < 110 ? 255 : 0), 3))]), ImageFormat.Png);
        var made = await MakeAsync(new EnhancementRequest { FileName = "torn.png", Damage = Damage.Missing, Results = [[], [new("smile", 60, 60)]] }, new("torn.png", new MemoryStream(photo)), new("mask.png", new MemoryStream(mask)));
        var result = CreationJson.Read<EnhancementResult>(made.Result)!;
        Assert.Equal(2, result.Results.Count);

        using var http = _ada.Http();
        var bytes = await http.GetByteArrayAsync(made.File("result-1?whole=true"), Cancel);
        var (before, after) = (Decode(photo, "before.png"), Decode(bytes, "after.png"));
        Assert.Equal((before.Width, before.Height), (after.Width, after.Height));
        var changed = 0;
        for (var i = 0; i < before.Width * before.Height; i++)
        {
            // Twice the mask's size; a pixel's width for its own edges.
            var (x, y) = (i % before.Width / 2.0, i / before.Width / 2.0);
            if (x is < 94 or > 127 || y is < 89 or > 112)
                Assert.Equal(before.Pixels[(3 * i)..(3 * i + 3)], after.Pixels[(3 * i)..(3 * i + 3)]);
            else if (before.Pixels[3 * i] != after.Pixels[3 * i])
                changed++;
        }
        Assert.True(changed > 500);
        var provenance = PictureXmp.Read(bytes)!;
        Assert.Equal((DigitalSource.CompositeWithTrainedAlgorithmicMedia, "filled", _model.VersionId.ToString(), 60), (provenance.Source, provenance.Method, provenance.ModelVersion, provenance.Coordinates["smile"]));
        Assert.Equal(HttpStatusCode.NotFound, (await _bob.Http().GetAsync(made.File("result-0"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(made.File("result-2"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_small_photo_comes_back_larger_and_a_mask_that_marks_nothing_is_refused()
    {
        var photo = Decode(PhotoOfModel.Make(_model.Folder), "photo.png");
        var small = ImageEncoder.Encode(photo.Resize(photo.Width / 6, photo.Height / 6), ImageFormat.Png);
        var made = await MakeAsync(new EnhancementRequest { FileName = "small.png", Damage = Damage.Small }, new CreationUpload("small.png", new MemoryStream(small)));
        var result = CreationJson.Read<EnhancementResult>(made.Result)!;
        Assert.InRange(result.Factor!.Value, 2, 16);
        using var http = _ada.Http();
        var whole = Decode(await http.GetByteArrayAsync(made.File("result-0?whole=true"), Cancel), "large.png");
        Assert.Equal(Math.Round(photo.Width / 6 * result.Factor.Value), whole.Width, 1.5);

        var black = ImageEncoder.Encode(new RgbImage(20, 20, new byte[1200]), ImageFormat.Png);
        var failed = await MakeAsync(new EnhancementRequest { FileName = "whole.png", Damage = Damage.Missing }, new("whole.png", new MemoryStream(ImageEncoder.Encode(photo, ImageFormat.Png))), new("mask.png", new MemoryStream(black)));
        Assert.Equal(CreationState.Failed, failed.State);
        Assert.Contains("marks nothing as missing", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starred_portraits_leave_as_a_zip_with_parameters_and_each_says_what_it_is()
    {
        var made = await MakeAsync(new PortraitsRequest { Count = 3, Seed = 9 });
        using var http = _ada.Http();
        Assert.Contains("No portrait is starred", await (await http.GetAsync(made.File("export.zip?starred=true"), Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await Creations.MarkAsync(_ada.Viewer, made.Id, [0, 2]);
        using var zip = new ZipArchive(new MemoryStream(await http.GetByteArrayAsync(made.File("export.zip?starred=true&label=true"), Cancel)));
        Assert.Equal(["portrait-001.png", "portrait-003.png", "parameters.json"], zip.Entries.Select(e => e.FullName));
        using var file = new MemoryStream();
        await zip.Entries[1].Open().CopyToAsync(file, Cancel);
        var provenance = PictureXmp.Read(file.ToArray())!;
        Assert.Equal((DigitalSource.TrainedAlgorithmicMedia, "portrait", 9L, "Lea"), (provenance.Source, provenance.Method, provenance.Seed, provenance.Model));
        Assert.Equal(["yaw", "smile"], provenance.Coordinates.Keys);
        Assert.Contains("\"seed\": 9", await new StreamReader(zip.Entries[2].Open()).ReadToEndAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _bob.Http().GetAsync(made.File("export.zip"), Cancel)).StatusCode);
    }

    private async Task<CreationView> MakeAsync<TRequest>(TRequest request, params CreationUpload[] uploads) where TRequest : ICreationRequest
    {
        var (id, refusal) = await Creations.StartAsync(_ada.Viewer, _model.VersionId, Guid.NewGuid(), request, uploads);
        Assert.Null(refusal);
        while ((await Creations.FindAsync(_ada.Viewer, id!.Value))!.IsOpen)
            await Task.Delay(50, Cancel);
        return (await Creations.FindAsync(_ada.Viewer, id.Value))!;
    }

    private RgbImage Decode(byte[] bytes, string name) => ImageFile.Read(_folder.Write(name, bytes));
}

using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Jobs;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Storage;

/// <summary>What one user may take up, counted on real files.</summary>
public sealed class QuotaTests : IAsyncLifetime
{
    private readonly StudioServer _server = new("--Storage:UserMegabytes=4");
    private Viewer _ada = null!;
    private StudioVisitor _visitor = null!;
    private Guid _album;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Folder => _server.Services.GetRequiredService<DataFolders>().User(_ada.UserId);

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _ada = await _server.JoinAsync("Ada");
        _visitor = await _server.SignInAsync("Ada");
        _album = await _server.Services.GetRequiredService<IAlbums>().CreateAsync(_ada, new("Summer", "Eve", null));
    }

    public async ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_beyond_it_is_refused_with_figures_and_what_to_do_and_leaves_nothing()
    {
        Assert.Equal("added", (await UploadAsync(1)).Status);
        Assert.Equal("added", (await UploadAsync(2)).Status);
        var before = Files();

        var refused = await UploadAsync(3);
        Assert.Equal("refused", refused.Status);
        Assert.Contains("of the 4 MB that you are allowed", refused.Reason);
        Assert.Contains("erase it from the bin", refused.Reason);
        Assert.Equal(before, Files());
        Assert.InRange(before.Sum(f => new FileInfo(f).Length), 3_200_000, 4_000_000);
    }

    [Fact]
    public async Task What_was_erased_meanwhile_makes_room_at_once()
    {
        await UploadAsync(1);
        var second = await UploadAsync(2);
        Assert.Equal("refused", (await UploadAsync(3)).Status);
        await _server.Services.GetRequiredService<IAlbums>().DeletePhotoAsync(_ada, second.Photo!.Value);
        Assert.Equal("added", (await UploadAsync(3)).Status);
    }

    [Fact]
    public async Task The_limit_of_an_account_goes_before_that_of_the_settings()
    {
        await UploadAsync(1);
        await UploadAsync(2);
        await AllowAsync(0);
        Assert.Equal("added", (await UploadAsync(3)).Status);
        await AllowAsync(8);
        Assert.Equal("added", (await UploadAsync(4)).Status);
        Assert.Contains("of the 8 MB", (await UploadAsync(5)).Reason);
    }

    [Fact]
    public async Task Checkpoints_and_versions_count_for_a_training_and_what_is_half_written_does_not()
    {
        var limits = _server.Services.GetRequiredService<JobLimits>();
        await using var db = await _server.DatabaseAsync();
        await File.WriteAllBytesAsync(Place("jobs", ".run.checkpoint.1.partial"), new byte[9_000_000], Cancel);
        await File.WriteAllBytesAsync(Place("jobs", "run.checkpoint"), new byte[2_400_000], Cancel);
        Assert.Null(await limits.RefusalAsync(db, _ada.UserId));

        await File.WriteAllBytesAsync(Place("models", "generator.safetensors"), new byte[2_400_000], Cancel);
        Assert.Equal(4_800_000, _server.Services.GetRequiredService<StorageMeter>().Measure(_ada.UserId));
        Assert.Contains("take up 4.8 MB of the 4 MB", await limits.RefusalAsync(db, _ada.UserId));
    }

    private async Task AllowAsync(int megabytes)
    {
        await using var db = await _server.DatabaseAsync();
        await db.Users.Where(u => u.Id == _ada.UserId).ExecuteUpdateAsync(set => set.SetProperty(u => u.MostMegabytes, megabytes), Cancel);
    }

    private string Place(string room, string file) => Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, room, $"{Guid.NewGuid():N}")).FullName, file);

    private string[] Files() => [.. Directory.GetFiles(Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Order()];

    /// <summary>Noise, which no encoder makes smaller: 1.6 MB, and a thumbnail.</summary>
    private async Task<UploadAnswer> UploadAsync(int seed)
    {
        var pixels = new byte[900 * 600 * 3];
        new Random(seed).NextBytes(pixels);
        using var response = await _visitor.Http.PostAsync($"/api/albums/{_album}/photos?name={seed}.png", new ByteArrayContent(ImageEncoder.Encode(new RgbImage(900, 600, pixels), ImageFormat.Png)), Cancel);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, $"{response.StatusCode}");
        return (await response.Content.ReadFromJsonAsync<UploadAnswer>(Cancel))!;
    }

    private sealed record UploadAnswer(string Status, Guid? Photo, string Name, string? Reason);
}

using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Storage;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Storage;

/// <summary>What the page of the space says, beside files of known size.</summary>
public sealed class StorageReportTests : IAsyncLifetime
{
    private readonly StudioServer _server = new("--Storage:UserMegabytes=9");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_file_is_counted_once_by_its_kind_and_what_is_in_the_bin_is_told()
    {
        var (ada, ben) = (await _server.JoinAsync("Ada"), await _server.JoinAsync("Ben"));
        var albums = _server.Services.GetRequiredService<IAlbums>();
        var (summer, winter) = (await albums.CreateAsync(ada, new("Summer", "Eve", null)), await albums.CreateAsync(ada, new("Winter", "Eve", null)));
        await WriteAsync(ada, 100, "albums", $"{summer:N}", "photos", "1.photo");
        await WriteAsync(ada, 30, "albums", $"{summer:N}", "photos", "1.thumb.webp");
        await WriteAsync(ada, 200, "albums", $"{winter:N}", "photos", "2.photo");
        await WriteAsync(ada, 4000, "jobs", "1", "run.checkpoint");
        await WriteAsync(ada, 500, "creations", "1", "1.png");
        await albums.DeleteAsync(ada, winter);

        var view = await _server.Services.GetRequiredService<IStorage>().ReadAsync(ada);
        Assert.Equal([("Checkpoints", 4000), ("Results", 500), ("Originals", 300), ("Thumbnails, faces and findings", 30)], view.Parts);
        Assert.Equal((4830, 200, 9_000_000), (view.Used, view.Bin, view.Allowed));
        Assert.Equal(new StorageItem("album", "Summer", $"/albums/{summer}", 130), Assert.Single(view.Largest));
        Assert.Equal(0, (await _server.Services.GetRequiredService<IStorage>().ReadAsync(ben)).Used);
    }

    private async Task WriteAsync(Viewer viewer, int bytes, params string[] place)
    {
        var path = Path.Combine([_server.Services.GetRequiredService<DataFolders>().User(viewer.UserId), .. place]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, new byte[bytes], Cancel);
    }
}

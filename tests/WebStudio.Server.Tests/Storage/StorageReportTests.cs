using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Storage;
using WebStudio.Server.Models;
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
        Assert.Equal(new StorageItem(StorageKind.Album, summer, "Summer", $"/albums/{summer}", 130, true), Assert.Single(view.Largest));
        Assert.Equal(0, (await _server.Services.GetRequiredService<IStorage>().ReadAsync(ben)).Used);
    }

    [Fact]
    public async Task Nothing_is_counted_for_two_and_what_is_deleted_here_lies_in_the_bin()
    {
        var (ada, ben) = (await _server.JoinAsync("Ada"), await _server.JoinAsync("Ben"));
        var album = await _server.Services.GetRequiredService<IAlbums>().CreateAsync(ada, new("Summer", "Eve", null));
        var (first, second) = (new ModelVersion { OwnerId = ada.UserId, StudioId = ada.StudioId, Number = 1, Name = "Version 1", Sha256 = "", Report = "", Attributes = "" }, new ModelVersion { OwnerId = ada.UserId, StudioId = ada.StudioId, Number = 2, Name = "Version 2", Sha256 = "", Report = "", Attributes = "" });
        var model = new Model { OwnerId = ada.UserId, StudioId = ada.StudioId, AlbumId = album, Name = "Eve", CurrentVersionId = second.Id };
        model.Versions.AddRange([first, second]);
        await using (var db = await _server.DatabaseAsync())
        {
            db.Add(model);
            await db.SaveChangesAsync(Cancel);
        }
        await WriteAsync(ada, 700, "models", $"{model.Id:N}", $"{first.Id:N}", "generator.safetensors");
        await WriteAsync(ada, 300, "models", $"{model.Id:N}", $"{second.Id:N}", "generator.safetensors");
        await WriteAsync(ada, 200, "models", $"{model.Id:N}", $"{second.Id:N}", "peers", "mystyle", "generator.safetensors");

        var storage = _server.Services.GetRequiredService<IStorage>();
        var items = (await storage.ReadAsync(ada)).Largest;
        Assert.Equal([("Eve, Version 1", 700, true), ("Eve, Version 2", 500, false)], items.Select(i => (i.Name, (int)i.Bytes, i.MayDelete)));

        Assert.NotNull(await storage.DeleteAsync(ben, items[0].Kind, items[0].Id));
        Assert.Contains("make another one current", await storage.DeleteAsync(ada, StorageKind.Version, second.Id));
        Assert.Null(await storage.DeleteAsync(ada, items[0].Kind, items[0].Id));
        var after = await storage.ReadAsync(ada);
        Assert.Equal((1200, 700), (after.Used, after.Bin));
        Assert.Equal((StorageKind.Model, "Eve", 500), (after.Largest.Single().Kind, after.Largest.Single().Name, (int)after.Largest.Single().Bytes));
    }

    private async Task WriteAsync(Viewer viewer, int bytes, params string[] place)
    {
        var path = Path.Combine([_server.Services.GetRequiredService<DataFolders>().User(viewer.UserId), .. place]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, new byte[bytes], Cancel);
    }
}

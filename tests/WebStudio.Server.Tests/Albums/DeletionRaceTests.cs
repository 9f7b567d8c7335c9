using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Storage;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Albums;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Albums;

/// <summary>An album that is deleted in the middle of something that goes on with its photos.</summary>
public sealed class DeletionRaceTests : IAsyncLifetime
{
    private readonly StudioServer _server = new();
    private Viewer _ada = null!;
    private Album _album = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PhotoStore Store => _server.Services.GetRequiredService<PhotoStore>();

    private static byte[] Png => ImageEncoder.Encode(PictureBytes.Gradient(64, 48), ImageFormat.Png);

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _ada = await _server.JoinAsync("Ada");
        var id = await _server.Services.GetRequiredService<IAlbums>().CreateAsync(_ada, new("Summer", "Eve", null));
        await using var db = await _server.DatabaseAsync();
        _album = await db.Albums.AsNoTracking().SingleAsync(a => a.Id == id, Cancel);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_photo_that_is_looked_at_while_its_album_goes_to_the_bin_comes_back_with_it()
    {
        var added = await Store.AddAsync(_album, "face.png", new MemoryStream(Png), Cancel);
        Photo photo;
        await using (var db = await _server.DatabaseAsync())
            photo = await db.Photos.AsNoTracking().SingleAsync(p => p.Id == added.PhotoId, Cancel);
        await DeleteAsync();
        await _server.Services.GetRequiredService<PhotoAnalyses>().AnalyseAsync(_ada.UserId, photo, Cancel); // had begun before
        var bin = _server.Services.GetRequiredService<IBin>();
        Assert.Null(await bin.RestoreAsync(_ada, (await bin.ListAsync(_ada))[0].Id));
        Assert.Equal(photo.Bytes, new FileInfo(PhotoPlace.Of(_server.Services.GetRequiredService<DataFolders>(), _ada.UserId, _album.Id, photo.Id).Photo).Length);
    }

    [Fact]
    public async Task A_photo_that_is_sent_while_its_album_is_erased_is_refused_in_a_sentence_and_leaves_nothing()
    {
        var folder = _server.Services.GetRequiredService<DataFolders>().Album(_ada.UserId, _album.Id);
        var content = new Interrupted(Png, async () =>
        {
            await DeleteAsync();
            var bin = _server.Services.GetRequiredService<IBin>();
            await bin.EraseAsync(_ada, (await bin.ListAsync(_ada))[0].Id);
            Assert.False(Directory.Exists(folder));
        });
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => Store.AddAsync(_album, "face.png", content, Cancel));
        Assert.Equal("The album was deleted meanwhile.", refusal.Message);
        Assert.True(!Directory.Exists(folder) || !Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any());
    }

    [Fact]
    public async Task A_picture_whose_file_has_gone_is_not_found_and_no_failure()
    {
        var added = await Store.AddAsync(_album, "face.png", new MemoryStream(Png), Cancel);
        var place = PhotoPlace.Of(_server.Services.GetRequiredService<DataFolders>(), _ada.UserId, _album.Id, added.PhotoId);
        using var visitor = await _server.SignInAsync("Ada");
        var address = $"/files/albums/{_album.Id}/photos/{added.PhotoId}/thumb";
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(address)).Status);
        File.Delete(place.Thumb);
        File.CreateSymbolicLink(place.Thumb, _server.Services.GetRequiredService<DataFolders>().Database + ".gone"); // there for who looks, and gone for who opens it
        Assert.True(new FileInfo(place.Thumb).Exists);
        var answer = await visitor.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("does not exist any more", answer.Text);
    }

    private Task DeleteAsync() => _server.Services.GetRequiredService<IAlbums>().DeleteAsync(_ada, _album.Id);

    /// <summary>A body in the middle of which something else happens.</summary>
    private sealed class Interrupted(byte[] content, Func<Task> meanwhile) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length / 2)
                await meanwhile();
            return Read(buffer.Span[..(int)Math.Min(buffer.Length, Position < Length / 2 ? Length / 2 - Position : Length - Position)]);
        }
    }
}

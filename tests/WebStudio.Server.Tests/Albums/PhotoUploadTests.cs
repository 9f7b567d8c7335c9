using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Storage;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Albums;

/// <summary>Photos over HTTP against the running application: real Kestrel, real SQLite, real files.</summary>
public sealed class PhotoUploadTests : IAsyncLifetime
{
    private const string Place = "GPS 59.3293 N";

    private readonly StudioServer _server = new("--Albums:MaxFileMegabytes=1", "--Albums:MaxMegapixels=1", "--Albums:MaxPhotos=3");
    private Viewer _ada = null!;
    private StudioVisitor _visitor = null!;
    private Guid _album;

    private IAlbums Albums => _server.Services.GetRequiredService<IAlbums>();

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _ada = await _server.JoinAsync("Ada");
        _visitor = await _server.SignInAsync("Ada");
        _album = await Albums.CreateAsync(_ada, new("Summer", "Eve", null));
    }

    public async ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        await _server.DisposeAsync();
    }

    private static byte[] Jpeg(int width = 64, int height = 48) => ImageEncoder.Encode(PictureBytes.Gradient(width, height), ImageFormat.Jpeg, 95);

    private Task<HttpResponseMessage> PostAsync(byte[] content, string name, StudioVisitor? visitor = null) =>
        (visitor ?? _visitor).Http.PostAsync($"/api/albums/{_album}/photos?name={Uri.EscapeDataString(name)}", new ByteArrayContent(content));

    private async Task<UploadAnswer> UploadAsync(byte[] content, string name)
    {
        using var response = await PostAsync(content, name);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<UploadAnswer>())!;
    }

    private async Task RefusedAsync(byte[] content, string name, string says)
    {
        using var response = await PostAsync(content, name);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var answer = (await response.Content.ReadFromJsonAsync<UploadAnswer>())!;
        Assert.Equal(("refused", null), (answer.Status, answer.Photo));
        Assert.Contains(says, answer.Reason);
        Assert.DoesNotContain("/", answer.Reason); // no place on the server
    }

    private string[] Files()
    {
        var folder = Path.Combine(_server.Services.GetRequiredService<DataFolders>().Album(_ada.UserId, _album), "photos");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", new EnumerationOptions { AttributesToSkip = 0 }) : [];
    }

    private string Url(UploadAnswer photo, string kind) => $"/files/albums/{_album}/photos/{photo.Photo}/{kind}";

    [Fact]
    public async Task A_turned_photo_comes_back_upright_and_without_its_place()
    {
        var exif = Encoding.Latin1.GetBytes("Exif\0\0" + Place);
        var turned = PictureBytes.WithOrientation(Jpeg(), 6);
        byte[] upload = [0xff, 0xd8, .. turned.AsSpan(2, turned.Length - 2 - (Jpeg().Length - 2)), 0xff, 0xe1, 0, (byte)(exif.Length + 2), .. exif, .. Jpeg().AsSpan(2)];
        var added = await UploadAsync(upload, "turned.jpg");
        Assert.Equal(("added", "turned.jpg"), (added.Status, added.Name));
        var stored = await _visitor.Http.GetByteArrayAsync(Url(added, "full"));
        Assert.DoesNotContain(Place, Encoding.Latin1.GetString(stored));
        var picture = ImageDecoder.Decode(stored, "stored");
        Assert.Equal((48, 64), (picture.Width, picture.Height));
        // Orientation 6: what is stored at the bottom left is shown at the top left. There the gradient has no red and full green.
        Assert.InRange(picture.Pixels[0], 0, 12);
        Assert.InRange(picture.Pixels[1], 243, 255);
        var thumb = ImageDecoder.Decode(await _visitor.Http.GetByteArrayAsync(Url(added, "thumb")), "thumb");
        Assert.Equal((48, 64), (thumb.Width, thumb.Height));
    }

    [Fact]
    public async Task The_same_file_is_told_whatever_its_name_and_the_same_name_gets_a_number()
    {
        var first = await UploadAsync(Jpeg(), "a.jpg");
        var again = await UploadAsync(Jpeg(), "other name.jpg");
        Assert.Equal(("duplicate", first.Photo, "a.jpg"), (again.Status, again.Photo, again.Name));
        var second = await UploadAsync(Jpeg(50), @"C:\photos\a.jpg");
        Assert.Equal(("added", "a (2).jpg"), (second.Status, second.Name));
        Assert.Equal(["a.jpg", "a (2).jpg"], (await Albums.PhotosAsync(_ada, _album)).Select(p => p.Name));
    }

    [Fact]
    public async Task The_same_file_sent_at_the_same_time_is_added_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => UploadAsync(Jpeg(), $"{i}.jpg")));
        Assert.Equal(["added", "duplicate", "duplicate", "duplicate"], answers.Select(a => a.Status).Order());
        Assert.Single(answers.Select(a => a.Photo).Distinct());
        Assert.Single(Files(), f => f.EndsWith(".photo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_refused_is_named_and_leaves_nothing()
    {
        await RefusedAsync(Encoding.ASCII.GetBytes("<html>not a picture</html>"), "page.jpg", "page.jpg is not a picture");
        await RefusedAsync([0, 0, 0, 24, .. "ftypheic"u8, .. new byte[40]], "phone.heic", "is a HEIC picture");
        await RefusedAsync(Jpeg()[..^200], "half.jpg", "half.jpg is cut off");
        await RefusedAsync([.. Jpeg(), .. new byte[1 << 20]], "large.jpg", "large.jpg is larger than 1 MB");
        await RefusedAsync(new byte[(2 << 20) - 1], "huge.jpg", "huge.jpg is larger than 1 MB");
        await RefusedAsync(PictureBytes.Png(1200, 1000, 8, 2, [new byte[30]]), "wide.png", "at most 1 megapixels");
        await RefusedAsync([], "empty.jpg", "empty.jpg is empty");
        Assert.Empty(Files());
        Assert.Empty(await Albums.PhotosAsync(_ada, _album));
    }

    [Fact]
    public async Task A_full_album_says_so()
    {
        for (var i = 0; i < 3; i++)
            await UploadAsync(Jpeg(40 + i), $"{i}.jpg");
        await RefusedAsync(Jpeg(90), "one more.jpg", "at most 3 are accepted");
        await Albums.DeletePhotoAsync(_ada, (await Albums.PhotosAsync(_ada, _album))[0].Id);
        Assert.Equal("added", (await UploadAsync(Jpeg(90), "one more.jpg")).Status);
    }

    [Fact]
    public async Task A_broken_off_upload_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var received = new TaskCompletionSource();
        using var content = new Endless(Jpeg(), received, stop.Token);
        var sending = _visitor.Http.PostAsync($"/api/albums/{_album}/photos?name=half.jpg", content, stop.Token);
        await received.Task;
        await UntilAsync(() => Files().Length > 0, "the upload never began");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        await UntilAsync(() => Files().Length == 0, "a part of the upload was left behind");
        Assert.Empty(await Albums.PhotosAsync(_ada, _album));
    }

    [Fact]
    public async Task Others_find_nothing_supervisors_look_and_the_owner_alone_changes()
    {
        var photo = await UploadAsync(Jpeg(), "mine.jpg");
        await _server.JoinAsync("Bob");
        await _server.JoinAsync("Sue", StudioRoles.Supervisor);
        using var anybody = _server.Visit();
        using var bob = await _server.SignInAsync("Bob");
        using var sue = await _server.SignInAsync("Sue");
        foreach (var kind in (string[])["thumb", "full", "face"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync(Url(photo, kind))).Status);
            Assert.NotEqual(HttpStatusCode.OK, (await anybody.GetAsync(Url(photo, kind))).Status);
        }
        Assert.Equal(HttpStatusCode.OK, (await sue.GetAsync(Url(photo, "full"))).Status);
        foreach (var (visitor, status) in new[] { (bob, HttpStatusCode.NotFound), (sue, HttpStatusCode.NotFound) })
        {
            using var response = await PostAsync(Jpeg(70), "theirs.jpg", visitor);
            Assert.Equal(status, response.StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync(Url(photo, "else"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync($"/files/albums/{Guid.NewGuid()}/photos/{photo.Photo}/full")).Status);
        Assert.Single(await Albums.PhotosAsync(_ada, _album));
    }

    [Fact]
    public async Task Another_sites_page_cannot_upload()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/albums/{_album}/photos?name=a.jpg") { Content = new ByteArrayContent(Jpeg()) };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var response = await _visitor.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Pictures_are_kept_by_browsers_for_their_user_alone()
    {
        var photo = await UploadAsync(Jpeg(), "a.jpg");
        using var first = await _visitor.Http.GetAsync(Url(photo, "thumb"));
        Assert.True(first.Headers.CacheControl!.Private);
        Assert.Equal("image/webp", first.Content.Headers.ContentType!.MediaType);
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(photo, "thumb"));
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));
        using var second = await _visitor.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task An_erased_album_takes_its_files_along()
    {
        await UploadAsync(Jpeg(), "a.jpg");
        await Albums.DeleteAsync(_ada, _album);
        Assert.NotEmpty(Files()); // it lies in the bin
        var bin = _server.Services.GetRequiredService<IBin>();
        await bin.EraseAsync(_ada, Assert.Single(await bin.ListAsync(_ada)).Id);
        Assert.Empty(Files());
        Assert.Null(await Albums.FindAsync(_ada, _album));
        await using var db = await _server.DatabaseAsync();
        Assert.False(await db.Photos.AnyAsync());
    }

    private static async Task UntilAsync(Func<bool> reached, string otherwise)
    {
        for (var i = 0; i < 600 && !reached(); i++)
            await Task.Delay(100);
        Assert.True(reached(), otherwise);
    }

    private sealed record UploadAnswer(string Status, Guid? Photo, string Name, string? Reason);

    /// <summary>Sends a beginning and never ends.</summary>
    private sealed class Endless(byte[] beginning, TaskCompletionSource sent, CancellationToken stop) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(beginning);
            await stream.FlushAsync();
            sent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

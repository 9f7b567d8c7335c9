using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Input;

/// <summary>Files and connections that mean no good, over real HTTP: each is refused, nothing of it stays, and the next photo is taken.</summary>
public sealed class HostileUploadTests(StudioServer studio) : IClassFixture<StudioServer>
{
    private static readonly byte[] Good = ImageEncoder.Encode(PictureBytes.Gradient(64, 48), ImageFormat.Png);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(65_535, 65_535)]
    [InlineData(1_000_000, 60)]
    public async Task A_picture_that_claims_more_pixels_than_are_accepted_is_refused_before_it_is_decoded(int width, int height)
    {
        var (visitor, _, album) = await StudioAsync();
        using var answer = await PutAsync(visitor, album, "bomb.png", PictureBytes.Png(width, height, 8, 2, []));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("megapixels", await answer.Content.ReadAsStringAsync(Cancel));
        // What the intake reads it with, on this thread alone: other tests run beside it.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidInputException>(() => PhotoIntake.Of(PictureBytes.Png(width, height, 8, 2, []), "bomb.png"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000, "it was decoded");
        await NothingStayedAsync(album);
    }

    [Fact]
    public async Task A_picture_that_is_a_page_too_is_served_as_a_picture_without_the_page()
    {
        var (visitor, _, album) = await StudioAsync();
        byte[] polyglot = [.. ImageEncoder.Encode(PictureBytes.Gradient(64, 48), ImageFormat.Jpeg, 90), .. "<html><script>alert(document.cookie)</script>PK\u0003\u0004"u8];
        using var answer = await PutAsync(visitor, album, "picture.html", polyglot);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var db = await studio.DatabaseAsync();
        var photo = await db.Photos.SingleAsync(p => p.AlbumId == album, Cancel);
        foreach (var kind in (string[])["full", "thumb"])
        {
            using var served = await visitor.Http.GetAsync($"/files/albums/{album}/photos/{photo.Id}/{kind}", Cancel);
            Assert.StartsWith("image/", served.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", served.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.DoesNotContain("script", Encoding.Latin1.GetString(await served.Content.ReadAsByteArrayAsync(Cancel)));
        }
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("..\\..\\windows\\win.ini")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b.png")]
    [InlineData("CON.png")]
    [InlineData("\u202egnp.exe")]
    [InlineData("  ")]
    [InlineData("~long~")]
    public async Task A_name_leads_nowhere(string name)
    {
        var (visitor, viewer, album) = await StudioAsync();
        using var answer = await PutAsync(visitor, album, name == "~long~" ? new string('x', 1000) + ".png" : name, Good);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var db = await studio.DatabaseAsync();
        var photo = await db.Photos.SingleAsync(p => p.AlbumId == album, Cancel);
        Assert.DoesNotContain(photo.FileName, c => c is '/' or '\\' || char.IsControl(c));
        Assert.InRange(photo.FileName.Length, 1, 200);
        Assert.NotEmpty(Directory.GetFiles(studio.Services.GetRequiredService<DataFolders>().Album(viewer.UserId, album), $"*{photo.Id:N}*", SearchOption.AllDirectories)); // on disk it is an identifier
    }

    [Fact]
    public async Task More_files_at_once_than_an_album_takes_are_refused_and_the_others_stay()
    {
        await using var small = await StudioServer.StartAsync("--Albums:MaxPhotos=5", "--Limits:UploadsPerMinute=0");
        var viewer = await small.JoinAsync("Ada");
        using var visitor = await small.SignInAsync("Ada");
        var album = await small.Services.GetRequiredService<IAlbums>().CreateAsync(viewer, new("Summer", "Lea", null));
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async n =>
        {
            using var answer = await PutAsync(visitor, album, $"{n}.png", ImageEncoder.Encode(PictureBytes.Gradient(32 + n, 24), ImageFormat.Png));
            return answer.StatusCode;
        }));
        Assert.Equal((5, 295), (answers.Count(a => a == HttpStatusCode.OK), answers.Count(a => a == HttpStatusCode.UnprocessableEntity)));
        await using var db = await small.DatabaseAsync();
        Assert.Equal(5, await db.Photos.CountAsync(Cancel));
        Assert.Empty(Directory.GetFiles(small.Services.GetRequiredService<DataFolders>().Album(viewer.UserId, album), "*.partial", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_that_is_broken_off_or_drips_leaves_nothing(bool drips)
    {
        var (visitor, viewer, album) = await StudioAsync();
        var cookies = string.Join("; ", visitor.Cookies.GetCookies(studio.Address).Select(c => $"{c.Name}={c.Value}"));
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, studio.Address.Port, Cancel);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/albums/{album}/photos?name=a.png HTTP/1.1\r\nHost: {studio.Address.Authority}\r\nCookie: {cookies}\r\nContent-Length: 5000000\r\n\r\n"), Cancel);
            await stream.WriteAsync(Good.AsMemory(0, 100), Cancel);
            await PartialAsync(viewer, album); // it has begun
            if (drips)
            {
                // Kestrel wants 240 bytes a second after the first five; one byte a second is cut.
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                limit.CancelAfter(TimeSpan.FromSeconds(60));
                var closed = stream.ReadAsync(new byte[4096], limit.Token).AsTask();
                while (!closed.IsCompleted)
                {
                    try
                    {
                        await stream.WriteAsync(new byte[1], limit.Token);
                    }
                    catch (IOException)
                    {
                        break; // cut
                    }
                    await Task.WhenAny(closed, Task.Delay(500, limit.Token));
                }
            }
        }
        for (var tries = 0; tries < 100 && Directory.GetFiles(Folder(viewer, album), "*", SearchOption.AllDirectories).Length > 0; tries++)
            await Task.Delay(100, Cancel);
        await NothingStayedAsync(album);
        using var next = await PutAsync(visitor, album, "b.png", Good);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private string Folder(Viewer viewer, Guid album) => studio.Services.GetRequiredService<DataFolders>().Album(viewer.UserId, album);

    private async Task<(StudioVisitor Visitor, Viewer Viewer, Guid Album)> StudioAsync()
    {
        var name = Guid.NewGuid().ToString("N");
        var viewer = await studio.JoinAsync(name);
        return (await studio.SignInAsync(name), viewer, await studio.Services.GetRequiredService<IAlbums>().CreateAsync(viewer, new("Summer", "Lea", null)));
    }

    private static async Task<HttpResponseMessage> PutAsync(StudioVisitor visitor, Guid album, string name, byte[] content) =>
        await visitor.Http.PostAsync($"/api/albums/{album}/photos?name={Uri.EscapeDataString(name)}", new ByteArrayContent(content), Cancel);

    private async Task PartialAsync(Viewer viewer, Guid album)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if (Directory.Exists(Folder(viewer, album)) && Directory.GetFiles(Folder(viewer, album), ".*.partial", SearchOption.AllDirectories).Length > 0)
                return;
            await Task.Delay(50, Cancel);
        }
        Assert.Fail("The upload did not begin.");
    }

    private async Task NothingStayedAsync(Guid album)
    {
        await using var db = await studio.DatabaseAsync();
        Assert.False(await db.Photos.AnyAsync(p => p.AlbumId == album, Cancel));
        var owner = (await db.Albums.SingleAsync(a => a.Id == album, Cancel)).OwnerId;
        var folder = studio.Services.GetRequiredService<DataFolders>().Album(owner, album);
        Assert.Empty(Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : []);
    }
}

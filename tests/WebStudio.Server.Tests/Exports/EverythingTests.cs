using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Components.Creations;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Albums;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Exports;

/// <summary>Everything of one user as a ZIP from the real server, opened by another reader.</summary>
public sealed class EverythingTests : IAsyncLifetime
{
    private const string Address = "/files/account/everything.zip";

    private readonly TemporaryFolder _folder = new();
    private EditingStudio _studio = null!;
    private Member _ada = null!, _root = null!;
    private SeededModel _model = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IServiceProvider Services => _studio.App.Services;

    public async ValueTask InitializeAsync()
    {
        _studio = await EditingStudio.StartAsync(_folder.Path, "--Limits:ExportsPerMinute=3");
        (_ada, _root) = (await _studio.JoinAsync("ada"), await _studio.JoinAsync("root", [StudioRoles.Admin, StudioRoles.Supervisor]));
        _model = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task All_that_a_user_has_is_in_it_whole_and_nothing_secret()
    {
        var (first, second) = (Png(60), Png(61));
        await UploadAsync("face.png", first);
        await UploadAsync("CON: 1/2?.png", second); // no name that Windows could unpack
        await using (var editor = await EditorClient.ConnectAsync(_ada))
            await editor.SaveAsync((await editor.OpenAsync(_model.VersionId, "photo:3")).Session, "Turned", [12.5, double.NaN]);
        var portraits = await MakeAsync(new PortraitsRequest { Count = 2, Seed = 5 });
        var (secret, _) = await Services.GetRequiredService<IApiAccess>().CreateTokenAsync(_ada.Viewer, "nightly", [ApiScopes.AlbumsRead], 1);

        var zip = await DownloadAsync(_ada);
        var files = zip.ToDictionary(f => f.Name, f => f.Content);
        Assert.Equal(zip.Count, files.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        AssertManifest(zip);

        Assert.Equal(ImageDecoder.Decode(first, "sent").Pixels, ImageDecoder.Decode(files["albums/Summer/photos/face.png"], "kept").Pixels);
        Assert.Equal(ImageDecoder.Decode(second, "sent").Pixels, ImageDecoder.Decode(files["albums/Summer/photos/2_.png"], "kept").Pixels); // what stood before a slash was a folder
        var album = Json(files["albums/Summer/album.json"]);
        Assert.Equal(("Lea", "Lea", 2), (album.GetProperty("person").GetString(), album.GetProperty("consent").GetProperty("givenBy").GetString(), album.GetProperty("photos").GetArrayLength()));
        Assert.Equal(Hash(first), album.GetProperty("photos")[0].GetProperty("uploadSha256").GetString());

        const string version = "models/Lea/Version 1";
        foreach (var file in Directory.EnumerateFiles(_model.Folder, "*", SearchOption.AllDirectories))
            Assert.Equal(File.ReadAllBytes(file), files[$"{version}/{Path.GetRelativePath(_model.Folder, file)}"]);
        Assert.Equal(_model.VersionId, Json(files["models/Lea/model.json"]).GetProperty("versions")[0].GetProperty("id").GetGuid());

        var edit = PictureXmp.Read(files["edits/Turned.png"])!;
        Assert.Equal((DigitalSource.CompositeWithTrainedAlgorithmicMedia, _model.VersionId.ToString()), (edit.Source, edit.ModelVersion));
        Assert.Equal(12.5, edit.Coordinates["yaw"], 0.1);
        Assert.Equal("photo:3", Json(files["edits/Turned.json"]).GetProperty("sliders").GetProperty("Start").GetString());

        var made = CreationJson.Read<PortraitsResult>(portraits.Result)!.Portraits;
        foreach (var portrait in made)
        {
            var says = PictureXmp.Read(files[$"creations/{portraits.Name}/{portrait.File}"])!;
            Assert.Equal((DigitalSource.TrainedAlgorithmicMedia, 5L, _model.VersionId.ToString()), (says.Source, says.Seed, says.ModelVersion));
        }

        Assert.Equal("ada@example.org", Json(files["account/account.json"]).GetProperty("account").GetProperty("email").GetString());
        Assert.Equal("nightly", Json(files["account/tokens.json"])[0].GetProperty("name").GetString());
        Assert.Equal("a test", Json(files["account/sessions.json"])[0].GetProperty("device").GetString());
        Assert.Contains(Json(files["account/audit.json"]).EnumerateArray(), e => e.GetProperty("action").GetString() == AuditActions.Exported && e.GetProperty("detail").GetString() == "everything");
        await using var db = await DatabaseAsync();
        var hashes = (string[])[secret![8..], await db.ApiTokens.Select(t => t.SecretHash).SingleAsync(Cancel), (await db.Users.SingleAsync(u => u.Id == _ada.Viewer.UserId, Cancel)).PasswordHash!, (await db.Users.SingleAsync(u => u.Id == _ada.Viewer.UserId, Cancel)).SecurityStamp!];
        Assert.All(zip, f => Assert.All(hashes, hash => Assert.True(f.Content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(hash)) < 0, $"{f.Name} tells a secret")));
    }

    [Fact]
    public async Task Nobody_finds_anothers_things_in_theirs_whatever_their_role()
    {
        await UploadAsync("face.png", Png(60));
        await Services.GetRequiredService<Components.Albums.IAlbums>().CreateAsync(_root.Viewer, new("Mine", "Myself", null));
        var zip = await DownloadAsync(_root);
        Assert.Equal(["albums/Mine/album.json"], zip.Select(f => f.Name).Where(n => !n.StartsWith("account/", StringComparison.Ordinal)).SkipLast(2));
        foreach (var word in (string[])["Lea", "Summer", "face.png", "ada@", _model.AlbumId.ToString(), _model.ModelId.ToString(), _model.VersionId.ToString()])
            Assert.All(zip, f => Assert.False(Encoding.UTF8.GetString(f.Content).Contains(word, StringComparison.OrdinalIgnoreCase), $"{f.Name} tells {word}"));
        using var nobody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _studio.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(Address, Cancel)).StatusCode);
    }

    [Fact]
    public async Task What_may_not_leave_and_what_is_missing_is_named_with_its_reason()
    {
        var lost = await UploadAsync("lost.png", Png(60));
        await UploadAsync("kept.png", Png(61));
        await using (var db = await DatabaseAsync())
        {
            await db.Studios.ExecuteUpdateAsync(set => set.SetProperty(s => s.ApprovalBeforeExport, true), Cancel);
            File.Delete(PhotoPlace.Of(Services.GetRequiredService<DataFolders>(), _ada.Viewer.UserId, _model.AlbumId, lost).Photo);
        }
        var zip = await DownloadAsync(_ada);
        AssertManifest(zip);
        var names = zip.Select(f => f.Name).ToList();
        Assert.Contains("albums/Summer/photos/kept.png", names);
        Assert.DoesNotContain("albums/Summer/photos/lost.png", names);
        Assert.DoesNotContain(names, n => n.EndsWith(".safetensors", StringComparison.Ordinal));
        var leftOut = Json(zip[^1].Content).GetProperty("leftOut").EnumerateArray().ToDictionary(l => l.GetProperty("what").GetString()!, l => l.GetProperty("why").GetString()!);
        Assert.Contains("missing", leftOut["albums/Summer/photos/lost.png"]);
        Assert.Contains("is not approved", leftOut["Version 1 of Lea"]);
        var readme = Encoding.UTF8.GetString(zip[^2].Content);
        Assert.All(leftOut, l => Assert.Contains($"- {l.Key}: {l.Value}", readme));
    }

    [Fact]
    public async Task Whoever_goes_away_in_the_middle_leaves_no_file_open_and_has_no_zip()
    {
        var large = Path.Combine(_model.Folder, "large.safetensors");
        await using (var file = File.Create(large))
            file.SetLength(300_000_000); // more than lies in the buffers on the way
        using (var http = _ada.Http())
        {
            using var answer = await http.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead, Cancel);
            await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
            var buffer = new byte[1 << 20];
            var received = new MemoryStream();
            while (!IsOpen(large))
                received.Write(buffer, 0, await body.ReadAsync(buffer, Cancel));
            Assert.Throws<InvalidDataException>(() => PlainZip.Read(received.ToArray()));
        }
        while (IsOpen(large))
            await Task.Delay(20, Cancel);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories), f => f.EndsWith(".zip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_asked_for_on_the_account_page_and_not_too_often()
    {
        using var http = _root.Http();
        Assert.Contains($"href=\"{Address}\"", await http.GetStringAsync("/account", Cancel));
        for (var n = 0; n < 3; n++)
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Address, Cancel)).StatusCode);
        using var tooOften = await http.GetAsync(Address, Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, tooOften.StatusCode);
    }

    /// <summary>The last entry names all others, and each is what it says.</summary>
    private static void AssertManifest(IReadOnlyList<(string Name, byte[] Content)> zip)
    {
        Assert.Equal("manifest.json", zip[^1].Name);
        var named = Json(zip[^1].Content).GetProperty("files").EnumerateArray().Select(f => (f.GetProperty("path").GetString(), f.GetProperty("bytes").GetInt64(), f.GetProperty("sha256").GetString()));
        Assert.Equal(zip.SkipLast(1).Select(f => ((string?)f.Name, f.Content.LongLength, (string?)Hash(f.Content))), named);
    }

    private async Task<IReadOnlyList<(string Name, byte[] Content)>> DownloadAsync(Member member)
    {
        using var http = member.Http();
        using var answer = await http.GetAsync(Address, Cancel);
        Assert.Equal((HttpStatusCode.OK, "application/zip", "attachment"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.DispositionType));
        return PlainZip.Read(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    private async Task<Guid> UploadAsync(string name, byte[] file)
    {
        await using var db = await DatabaseAsync();
        var album = await db.Albums.AsNoTracking().SingleAsync(a => a.Id == _model.AlbumId, Cancel);
        return (await Services.GetRequiredService<PhotoStore>().AddAsync(album, name, new MemoryStream(file), Cancel)).PhotoId;
    }

    private async Task<CreationView> MakeAsync(PortraitsRequest request)
    {
        var creations = Services.GetRequiredService<ICreations>();
        var (id, refusal) = await creations.StartAsync(_ada.Viewer, _model.VersionId, Guid.NewGuid(), request, []);
        Assert.Null(refusal);
        while (await creations.FindAsync(_ada.Viewer, id!.Value) is { IsOpen: true })
            await Task.Delay(50, Cancel);
        return (await creations.FindAsync(_ada.Viewer, id.Value))!;
    }

    private Task<StudioDb> DatabaseAsync() => Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel);

    private static byte[] Png(int width) => ImageEncoder.Encode(PictureBytes.Gradient(width, 48), ImageFormat.Png);

    private static JsonElement Json(byte[] content) => JsonSerializer.Deserialize<JsonElement>(content);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Whether this process, the server with it, holds a file open.</summary>
    private static bool IsOpen(string path) => Directory.EnumerateFiles("/proc/self/fd").Any(fd => new FileInfo(fd).LinkTarget == path);
}

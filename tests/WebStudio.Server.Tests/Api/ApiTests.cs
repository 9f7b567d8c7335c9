using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;

namespace WebStudio.Server.Tests.Api;

/// <summary>What a programme does over HTTP: the same things, rules and sentences as on the pages.</summary>
public sealed class ApiTests(StudioServer studio) : IClassFixture<StudioServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_album_is_made_filled_read_and_deleted()
    {
        var (http, viewer) = await ProgrammeAsync(ApiScopes.AlbumsRead, ApiScopes.AlbumsWrite);
        using var made = await http.PostAsJsonAsync("/api/v1/albums", new { name = "Summer", person = "Lea", consent = new { givenBy = "Lea", scope = "a model of me" } }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var album = await http.GetFromJsonAsync<JsonElement>(made.Headers.Location, Cancel);
        Assert.Equal(("Summer", "Lea", 0, true), (album.GetProperty("name").GetString(), album.GetProperty("person").GetString(), album.GetProperty("photos").GetInt32(), album.GetProperty("mayTrain").GetBoolean()));

        using (var added = await http.PostAsync($"{made.Headers.Location}/photos?name=face.png", new ByteArrayContent(ImageEncoder.Encode(PictureBytes.Gradient(80, 60), ImageFormat.Png)), Cancel))
            Assert.Equal("added", (await added.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("status").GetString());
        using (var refused = await http.PostAsync($"{made.Headers.Location}/photos?name=note.txt", new ByteArrayContent("no picture"u8.ToArray()), Cancel))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var photo = Assert.Single((await http.GetFromJsonAsync<JsonElement>($"{made.Headers.Location}/photos", Cancel)).EnumerateArray());
        Assert.Equal(("face.png", 80, 60), (photo.GetProperty("name").GetString(), photo.GetProperty("width").GetInt32(), photo.GetProperty("height").GetInt32()));
        var file = await http.GetByteArrayAsync($"{made.Headers.Location}/photos/{photo.GetProperty("id").GetString()}/full", Cancel);
        Assert.Equal((80, 60), (ImageDecoder.Decode(file, "full").Width, ImageDecoder.Decode(file, "full").Height));

        using (var deleted = await http.DeleteAsync(made.Headers.Location, Cancel))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty((await http.GetFromJsonAsync<JsonElement>("/api/v1/albums", Cancel)).EnumerateArray());
        Assert.Single(await studio.Services.GetRequiredService<Components.Storage.IBin>().ListAsync(viewer)); // as from the page
    }

    [Fact]
    public async Task A_photo_is_decided_on_as_in_an_overrides_file()
    {
        var (http, _) = await ProgrammeAsync(ApiScopes.AlbumsRead, ApiScopes.AlbumsWrite);
        using var made = await http.PostAsJsonAsync("/api/v1/albums", new { name = "Summer", person = "Lea" }, Cancel);
        using var added = await http.PostAsync($"{made.Headers.Location}/photos?name=face.png", new ByteArrayContent(ImageEncoder.Encode(PictureBytes.Gradient(80, 60), ImageFormat.Png)), Cancel);
        var photo = (await added.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("photo").GetGuid();
        var address = $"{made.Headers.Location}/photos/{photo}/decision";
        using (var decided = await http.PostAsJsonAsync(address, new { use = false, tags = new { glasses = "yes" } }, Cancel))
            Assert.Equal(HttpStatusCode.NoContent, decided.StatusCode);
        await using (var db = await studio.DatabaseAsync())
            Assert.Equal("""{"use":false,"tags":{"glasses":"yes"}}""", (await db.Photos.SingleAsync(p => p.Id == photo, Cancel)).Decisions);
        Assert.Contains("glas", await ProblemAsync(http, address, new { glas = true }));
        using (var back = await http.PostAsJsonAsync(address, new { }, Cancel))
            Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
        await using (var db = await studio.DatabaseAsync())
            Assert.Equal("", (await db.Photos.SingleAsync(p => p.Id == photo, Cancel)).Decisions);
    }

    [Fact]
    public async Task What_cannot_be_done_is_told_in_the_sentence_of_the_page()
    {
        var (http, _) = await ProgrammeAsync(ApiScopes.AlbumsWrite, ApiScopes.JobsWrite);
        Assert.Contains("name", await ProblemAsync(http, "/api/v1/albums", new { name = "", person = "Lea" }), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("request_id", await ProblemAsync(http, "/api/v1/jobs", new { albumId = Guid.NewGuid() }));
        Assert.Contains("quick, standard and long", await ProblemAsync(http, "/api/v1/jobs", new { requestId = Guid.NewGuid(), albumId = Guid.NewGuid(), attributes = (string[])["yaw"], quality = "perfect" }));
        using var nonsense = await http.PostAsync("/api/v1/albums", new StringContent("{not json", System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
    }

    [Fact]
    public async Task A_token_ends_when_it_is_revoked_when_it_expires_and_when_its_owner_is_locked()
    {
        var api = studio.Services.GetRequiredService<IApiAccess>();
        var (revoked, viewer) = await ProgrammeAsync(ApiScopes.AlbumsRead);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(revoked));
        var entry = Assert.Single(await api.TokensAsync(viewer));
        Assert.NotNull(entry.UsedAt);
        await api.RevokeTokenAsync(viewer, entry.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(revoked));

        var (expired, owner) = await ProgrammeAsync(ApiScopes.AlbumsRead);
        await using (var db = await studio.DatabaseAsync())
            await db.ApiTokens.Where(t => t.OwnerId == owner.UserId).ExecuteUpdateAsync(set => set.SetProperty(t => t.ExpiresAt, DateTimeOffset.UtcNow.AddSeconds(-1)), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(expired));

        var (locked, person) = await ProgrammeAsync(ApiScopes.AlbumsRead);
        var admin = await studio.JoinAsync(Guid.NewGuid().ToString("N"), StudioRoles.Admin);
        await studio.Services.GetRequiredService<Components.Accounts.IPeople>().SetLockedAsync(admin, person.UserId, true);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(locked));
    }

    [Fact]
    public async Task The_database_knows_a_tokens_hash_and_not_the_token()
    {
        var viewer = await studio.JoinAsync(Guid.NewGuid().ToString("N"));
        var (secret, _) = await studio.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(viewer, "nightly", [ApiScopes.AlbumsRead], 30);
        await using var db = await studio.DatabaseAsync();
        var row = await db.ApiTokens.SingleAsync(t => t.OwnerId == viewer.UserId, Cancel);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret!))), row.SecretHash);
        Assert.True(secret!.Length > 40);
        Assert.DoesNotContain(secret[8..], JsonSerializer.Serialize(row));
    }

    [Theory]
    [InlineData("", "albums:read", 10, "what the token is for")]
    [InlineData("x", "", 10, "at least one")]
    [InlineData("x", "emperor", 10, "at least one")]
    [InlineData("x", "albums:read", 366, "1 to 365 days")]
    public async Task A_token_that_cannot_be_is_refused(string name, string scope, int days, string why)
    {
        var viewer = await studio.JoinAsync(Guid.NewGuid().ToString("N"));
        Assert.Contains(why, (await studio.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(viewer, name, [scope], days)).Refusal);
    }

    [Fact]
    public async Task The_description_names_every_address_with_its_scope_and_nothing_else_of_the_server()
    {
        using var http = new HttpClient { BaseAddress = studio.Address };
        var document = await http.GetFromJsonAsync<JsonElement>("/api/v1/openapi.json", Cancel);
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString());
        var described = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {p.Name.TrimEnd('/')}")).Order(StringComparer.Ordinal);
        var expected = Tests.Access.PermissionTable.Rows.Where(r => r.Who.StartsWith("token", StringComparison.Ordinal)).Select(r => $"{r.Method} {r.Address}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, described);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        Assert.All(document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()), o => Assert.False(string.IsNullOrEmpty(o.Value.GetProperty("summary").GetString())));
    }

    private async Task<(HttpClient Http, Viewer Viewer)> ProgrammeAsync(params string[] scopes)
    {
        var viewer = await studio.JoinAsync(Guid.NewGuid().ToString("N"));
        var (secret, _) = await studio.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(viewer, "a test", scopes, 1);
        var http = new HttpClient { BaseAddress = studio.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return (http, viewer);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/api/v1/albums", Cancel);
        return answer.StatusCode;
    }

    private static async Task<string> ProblemAsync(HttpClient http, string address, object body)
    {
        using var answer = await http.PostAsJsonAsync(address, body, Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString()!;
    }
}

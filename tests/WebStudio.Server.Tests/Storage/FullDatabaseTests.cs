using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Api;
using WebStudio.Server.Tests.Editing;
using WebStudio.Server.Tests.Kills;

namespace WebStudio.Server.Tests.Storage;

/// <summary>A real server all of whose data, the database as well, lies on a disk that fills up: what <see cref="TinyDisk"/> cannot show, since SQLite finds its way past it.</summary>
public sealed class FullDatabaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_written_is_told_in_a_sentence_nothing_is_half_and_with_room_it_goes_on()
    {
        using var folder = new TemporaryFolder();
        var (data, disk) = (folder["data"], Directory.CreateDirectory(folder["disk"]).FullName);
        var (tokens, version, cookie) = await FillAsync(data);
        var token = tokens[0];
        using var server = KilledServer.StartOnDisk(60, disk, data, token, "--Storage:FreeMegabytes=0", "--Limits:ExportsPerMinute=0");
        try
        {
            await server.WaitUntilReadyAsync();
        }
        catch (InvalidOperationException e) when (e.Message.Contains("unshare", StringComparison.Ordinal) || e.Message.Contains("mount:", StringComparison.Ordinal))
        {
            Assert.Skip("This machine allows no user and mount namespaces: no small file system to fill.");
        }
        var picture = $"/api/v1/versions/{version}/picture?start=portrait:1&format=png";
        Assert.Equal(HttpStatusCode.OK, await ExportAsync(server, picture));

        var (filler, made, full) = ("", 0, false);
        for (var tries = 0; tries < 3000 && !full; tries++)
        {
            filler = TinyDisk.Fill(server.Seen(disk));
            using var answer = await server.Http.PostAsJsonAsync("/api/v1/albums", new { name = new string('x', 60), person = "Eve" }, Cancel);
            full = answer.StatusCode == HttpStatusCode.InsufficientStorage;
            if (full)
                Assert.Contains("disk of the server is full", await answer.Content.ReadAsStringAsync(Cancel));
            else
                Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            made += full ? 0 : 1;
        }
        Assert.True(full, $"{made} albums found room");
        Assert.Equal(HttpStatusCode.InsufficientStorage, await ExportAsync(server, picture)); // it cannot be noted that it left
        Assert.Equal(made, await CountAsync(server)); // who only looks is served
        // Also those whose visit cannot be noted: each takes what little room there is left, so that the last ones find none.
        foreach (var other in tokens.Skip(1))
            Assert.Equal(HttpStatusCode.OK, await LookAsync(server, "/api/v1/albums", "Authorization", $"Bearer {other}"));
        Assert.Equal(HttpStatusCode.OK, await LookAsync(server, "/albums", "Cookie", cookie));

        File.Delete(filler);
        Assert.Equal(HttpStatusCode.OK, await ExportAsync(server, picture));
        using (var answer = await server.Http.PostAsJsonAsync("/api/v1/albums", new { name = "Summer", person = "Eve" }, Cancel))
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(made + 1, await CountAsync(server));
    }

    /// <summary>An account with a small model, tokens and a browser, none of which was used for a while; the number of its albums is that of the model's.</summary>
    private static async Task<(List<string> Tokens, Guid Version, string Cookie)> FillAsync(string data)
    {
        await using var studio = await EditingStudio.StartAsync(data);
        var browser = await studio.JoinAsync("ada");
        var ada = browser.Viewer;
        var model = await studio.AddModelAsync(ada, SmallModel.Write);
        var tokens = new List<string>();
        while (tokens.Count < 16)
            tokens.Add((await studio.App.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(ada, "everything", [.. ApiScopes.All.Select(s => s.Scope)], 1)).Secret!);
        return (tokens, model.VersionId, $"{browser.Cookie}={browser.Ticket}");
    }

    /// <summary>Looks as somebody else than the programme.</summary>
    private static async Task<HttpStatusCode> LookAsync(KilledServer server, string address, string header, string value)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Http.BaseAddress };
        http.DefaultRequestHeaders.Add(header, value);
        using var answer = await http.GetAsync(address, Cancel);
        return answer.StatusCode;
    }

    /// <summary>A whole picture, or a sentence and no picture.</summary>
    private static async Task<HttpStatusCode> ExportAsync(KilledServer server, string address)
    {
        using var answer = await server.Http.GetAsync(address, Cancel);
        var content = await answer.Content.ReadAsByteArrayAsync(Cancel);
        if (answer.IsSuccessStatusCode)
            Assert.True(WholeFile.IsPicture(content));
        else
            Assert.Contains("disk of the server is full", System.Text.Encoding.UTF8.GetString(content));
        return answer.StatusCode;
    }

    /// <summary>Albums beside the model's.</summary>
    private static async Task<int> CountAsync(KilledServer server) => (await server.Http.GetFromJsonAsync<JsonElement>("/api/v1/albums", Cancel)).GetArrayLength() - 1;
}

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Api;

namespace WebStudio.Server.Tests.Access;

/// <summary>Whoever asks too often is told when to come back, and nobody else is.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task Passwords_cannot_be_tried_faster_than_the_limit_from_one_address()
    {
        await using var studio = await StudioServer.StartAsync("--Limits:SignInsPerMinute=4", "--Access:Proxies:0=127.0.0.1");
        await studio.JoinAsync("Ada");
        Assert.Equal([false, false, false, false, true, true], await TryAsync(studio, "203.0.113.7", 6));
        Assert.Equal([false], await TryAsync(studio, "203.0.113.8", 1));
        // One household's many IPv6 addresses count as one.
        Assert.DoesNotContain(true, await TryAsync(studio, "2001:db8:1:2::1", 4));
        Assert.Equal([true], await TryAsync(studio, "2001:db8:1:2:ffff::9", 1));
    }

    [Fact]
    public async Task An_address_that_a_visitor_claims_counts_for_nothing_without_a_proxy_in_the_settings()
    {
        await using var studio = await StudioServer.StartAsync("--Limits:SignInsPerMinute=3");
        await studio.JoinAsync("Ada");
        Assert.Equal([false, false], await TryAsync(studio, "203.0.113.7", 2));
        Assert.Equal([false, true], await TryAsync(studio, "203.0.113.8", 2));
    }

    [Fact]
    public async Task Secrets_of_links_cannot_be_guessed_faster_either()
    {
        await using var studio = await StudioServer.StartAsync("--Limits:SignInsPerMinute=3");
        using var visitor = studio.Visit();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
            answers.Add((await visitor.GetAsync($"/join/{Guid.NewGuid():N}")).Status);
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, answers[..3]);
        Assert.All(answers[3..], status => Assert.Equal(HttpStatusCode.TooManyRequests, status));
    }

    [Fact]
    public async Task A_refused_request_says_when_to_come_back_and_one_users_haste_leaves_the_others_alone()
    {
        await using var studio = await StudioServer.StartAsync("--Limits:ExportsPerMinute=2");
        await studio.JoinAsync("Ada");
        await studio.JoinAsync("Bob");
        using var ada = await studio.SignInAsync("Ada");
        using var bob = await studio.SignInAsync("Bob");
        var export = $"/files/edits/{Guid.NewGuid()}/export?format=png";
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync(export)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync(export)).Status);
        using var refused = await ada.Http.GetAsync(export, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Contains("try again", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync(export)).Status);
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/account")).Status); // pages are no exports
    }

    [Fact]
    public async Task Made_up_tokens_count_together_for_their_address_and_a_token_that_holds_by_itself()
    {
        await using var studio = await StudioServer.StartAsync("--Limits:ApiCallsPerMinute=3");
        var ada = await studio.JoinAsync("Ada");
        var (first, second) = (await TokenAsync(studio, ada), await TokenAsync(studio, ada));
        HttpStatusCode[] refused = [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests];
        Assert.Equal(refused, await AskAsync(studio, "/api/v1/albums", Enumerable.Range(0, 5).Select(_ => $"wst_{Guid.NewGuid():N}")));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], await AskAsync(studio, "/api/v1/albums", Enumerable.Repeat(first, 4)));
        Assert.Equal([HttpStatusCode.OK], await AskAsync(studio, "/API/v1/albums", [second]));
    }

    [Fact]
    public async Task Exports_and_uploads_count_for_the_account_whichever_of_its_tokens_or_pages_asks()
    {
        await using var studio = await StudioServer.StartAsync("--Limits:ExportsPerMinute=2", "--Limits:UploadsPerMinute=3");
        var (ada, bob) = (await studio.JoinAsync("Ada"), await studio.JoinAsync("Bob"));
        var (first, second, others) = (await TokenAsync(studio, ada), await TokenAsync(studio, ada), await TokenAsync(studio, bob));
        var export = $"/api/v1/edits/{Guid.NewGuid()}/export?format=png";
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.TooManyRequests], await AskAsync(studio, export, [first, second, first]));
        using var browser = await studio.SignInAsync("Ada");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.GetAsync($"/files/edits/{Guid.NewGuid()}/export?format=png")).Status);
        Assert.Equal([HttpStatusCode.NotFound], await AskAsync(studio, export, [others]));

        var upload = $"/api/v1/albums/{Guid.NewGuid()}/photos?name=a.jpg";
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.TooManyRequests], await AskAsync(studio, upload, [first, second, first, second], post: true));
        Assert.Equal([HttpStatusCode.NotFound], await AskAsync(studio, upload, [others], post: true));
        Assert.Equal([HttpStatusCode.OK], await AskAsync(studio, "/api/v1/albums", [first])); // looking is neither
    }

    private static async Task<string> TokenAsync(StudioServer studio, Viewer owner) =>
        (await studio.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(owner, "a test", [.. ApiScopes.All.Select(s => s.Scope)], 1)).Secret!;

    private static async Task<List<HttpStatusCode>> AskAsync(StudioServer studio, string path, IEnumerable<string> tokens, bool post = false)
    {
        var answers = new List<HttpStatusCode>();
        foreach (var token in tokens)
        {
            using var programme = new HttpClient { BaseAddress = studio.Address };
            programme.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using var content = new ByteArrayContent([1, 2, 3]);
            using var answer = post ? await programme.PostAsync(path, content, TestContext.Current.CancellationToken) : await programme.GetAsync(path, TestContext.Current.CancellationToken);
            answers.Add(answer.StatusCode);
        }
        return answers;
    }

    /// <summary>Wrong passwords from an address; true where the limit refused.</summary>
    private static async Task<List<bool>> TryAsync(StudioServer studio, string address, int times)
    {
        using var visitor = studio.Visit();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        var form = await visitor.FormAsync("/account/sign-in", "sign-in");
        var refused = new List<bool>();
        for (var i = 0; i < times; i++)
            refused.Add((await visitor.SendAsync("/account/sign-in", form, ("Input.Email", $"nobody{i}@example.org"), ("Input.Password", "not the password"))).Status == HttpStatusCode.TooManyRequests);
        return refused;
    }
}

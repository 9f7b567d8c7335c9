using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WebStudio.Server.Tests.Access;

/// <summary>What browsers are told about pages and files.</summary>
public sealed partial class SecurityHeaderTests(StudioServer studio) : IClassFixture<StudioServer>
{
    [Theory]
    [InlineData("/account/sign-in", false)]
    [InlineData("/", true)]
    [InlineData("/account", true)]
    [InlineData("/albums", true)]
    [InlineData("/nowhere/at/all", true)]
    public async Task A_page_runs_the_servers_own_scripts_and_none_that_stands_in_it(string path, bool signedIn)
    {
        var name = Guid.NewGuid().ToString("N");
        await studio.JoinAsync(name);
        using var visitor = signedIn ? await studio.SignInAsync(name) : studio.Visit();
        using var answer = await visitor.Http.GetAsync(path, TestContext.Current.CancellationToken);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = Policy(answer);
        // Every script that stands in the page would have to be allowed by the hash of its text.
        var allowed = policy["script-src"].Where(s => s != "'self'").ToList();
        var inline = ScriptPattern().Matches(html).Where(m => !m.Groups["attributes"].Value.Contains("src=", StringComparison.Ordinal)).ToList();
        Assert.Equal(inline.Select(m => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(m.Groups["text"].Value)))}'"), allowed);
        Assert.All(inline, m => Assert.Contains("importmap", m.Groups["attributes"].Value));
        Assert.DoesNotMatch(@"<[^>]+\son[a-z]+\s*=", html); // onclick="…" and the like
        Assert.Equal(["'none'"], policy["frame-ancestors"]);
        Assert.Equal(["'self'"], policy["default-src"]);
        Assert.DoesNotContain("unsafe-eval", string.Join(' ', policy.SelectMany(p => p.Value)));
    }

    [Theory]
    [InlineData("/files")]
    [InlineData("/FILES")]
    public async Task What_users_uploaded_is_shown_without_any_rights(string root)
    {
        var name = Guid.NewGuid().ToString("N");
        await studio.JoinAsync(name);
        using var visitor = await studio.SignInAsync(name);
        using var answer = await visitor.Http.GetAsync($"{root}/albums/{Guid.NewGuid()}/photos/{Guid.NewGuid()}/full", TestContext.Current.CancellationToken);
        var policy = Policy(answer);
        Assert.Equal(["'none'"], policy["default-src"]);
        Assert.Contains("sandbox", policy.Keys);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Where_https_is_required_cookies_are_bound_to_it_and_to_the_host()
    {
        await using var server = await StudioServer.StartAsync("--Access:RequireHttps=true", "--Access:Proxies:0=127.0.0.1");
        await server.JoinAsync("Ada");
        using var visitor = server.Visit();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Host", "studio.example.org");
        using var page = await visitor.Http.GetAsync("/account/sign-in", TestContext.Current.CancellationToken);
        var cookies = page.Headers.GetValues("Set-Cookie").ToList();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-", cookie);
            Assert.Contains("secure", cookie);
            Assert.Contains("httponly", cookie);
            Assert.Contains("samesite=lax", cookie);
            Assert.Contains("path=/", cookie);
            Assert.DoesNotContain("domain=", cookie);
        });
        Assert.Contains("max-age=31536000", page.Headers.GetValues("Strict-Transport-Security").Single());
    }

    private static Dictionary<string, string[]> Policy(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Content-Security-Policy").Single().Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(' ')).ToDictionary(p => p[0], p => p[1..]);

    [GeneratedRegex("<script(?<attributes>[^>]*)>(?<text>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptPattern();
}

using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using WebStudio.Components.Access;

namespace WebStudio.Server.Tests.Access;

/// <summary>What whoever is not signed in gets, on every address the application has.</summary>
public sealed partial class DoorTests(StudioServer studio) : IClassFixture<StudioServer>
{
    /// <summary>All that is open to anybody; files of the look aside.</summary>
    private static readonly string[] Open =
    [
        "/account/code", "/account/passkey-request", "/account/sign-in", "/account/sign-out", "/api/v1/openapi.json", "/error", "/health/live", "/health/ready", "/join/{Secret}", "/missing", "/reset/{Secret}", "/setup/{Secret}",
    ];

    private IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)studio.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    private static bool IsOpen(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    [Fact]
    public void Open_to_anybody_are_the_pages_that_lead_in_and_nothing_else()
    {
        var open = Endpoints.Where(IsOpen).Select(Pattern).Where(p => !LookPattern().IsMatch(p)).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(Open, open);
    }

    [Fact]
    public async Task Every_other_address_sends_people_to_the_sign_in_page_and_tells_programs_so()
    {
        using var visitor = studio.Visit();
        var closed = Endpoints.Where(e => !IsOpen(e) && !Pattern(e).StartsWith("/_", StringComparison.Ordinal)).ToList();
        Assert.True(closed.Count > 20, $"only {closed.Count} addresses were found");
        foreach (var endpoint in closed)
        {
            var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods && !methods.Contains("GET") ? methods[0] : "GET";
            var path = ParameterPattern().Replace(Pattern(endpoint), m => m.Value.Contains(":guid", StringComparison.Ordinal) ? Guid.NewGuid().ToString() : m.Value.Contains(":int", StringComparison.Ordinal) ? "1" : "x");
            using var request = new HttpRequestMessage(new(method), path);
            using var response = await visitor.Http.SendAsync(request);
            var toSignIn = response.StatusCode == HttpStatusCode.Redirect && response.Headers.Location!.ToString().Contains("/account/sign-in?returnUrl=", StringComparison.Ordinal);
            var isData = method != "GET" || DataPattern().IsMatch(path);
            Assert.True(isData ? response.StatusCode == HttpStatusCode.Unauthorized : toSignIn, $"{method} {path} answered {response.StatusCode} {response.Headers.Location}");
        }
    }

    [Fact]
    public async Task Addresses_that_lead_nowhere_are_told_by_a_page_but_files_are_not()
    {
        await studio.JoinAsync("Ada");
        using var ada = await studio.SignInAsync("Ada");
        var page = await ada.GetAsync("/nowhere/at/all");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("There is nothing here", page.Text);
        var file = await ada.GetAsync($"/files/albums/{Guid.NewGuid()}/photos/{Guid.NewGuid()}/thumb");
        Assert.Equal((HttpStatusCode.NotFound, ""), (file.Status, file.Text));
    }

    [Theory]
    [InlineData("/admin/people")]
    [InlineData("/admin/bases")]
    public async Task Pages_of_admins_are_denied_to_supervisors_and_open_for_admins(string path)
    {
        var name = Guid.NewGuid().ToString("N");
        await studio.JoinAsync($"s{name}", StudioRoles.Supervisor);
        await studio.JoinAsync($"a{name}", StudioRoles.Admin);
        using (var supervisor = await studio.SignInAsync($"s{name}"))
        {
            var answer = await supervisor.GetAsync(path);
            Assert.StartsWith("/account/denied", answer.Location);
            Assert.Contains("Not for this account", (await supervisor.GetAsync(answer.Location!)).Text);
        }
        using var admin = await studio.SignInAsync($"a{name}");
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync(path)).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Origin", "https://elsewhere.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Origin", "self", true)]
    public async Task Requests_that_another_site_sends_with_somebodys_cookie_change_nothing(string header, string value, bool allowed)
    {
        var name = Guid.NewGuid().ToString("N");
        await studio.JoinAsync(name);
        using var visitor = await studio.SignInAsync(name);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-out");
        request.Headers.Add(header, value == "self" ? studio.Address.GetLeftPart(UriPartial.Authority) : value);
        using var response = await visitor.Http.SendAsync(request);
        Assert.Equal(allowed ? HttpStatusCode.Redirect : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(allowed ? HttpStatusCode.Redirect : HttpStatusCode.OK, (await visitor.GetAsync("/")).Status); // signed out, or not
    }

    /// <summary>Scripts, styles and what Blazor and MudBlazor bring along.</summary>
    [GeneratedRegex(@"^/(_content|_framework|_blazor|WebStudio\.Server\.)|\.(js|css|svg|png|ico|map|gz|br|woff2?)$|^/\{\*\*path:file\}$")]
    private static partial Regex LookPattern();

    [GeneratedRegex("^/(api|files|hubs)/")]
    private static partial Regex DataPattern();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex ParameterPattern();
}

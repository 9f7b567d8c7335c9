using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using WebStudio.Server.Editing;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Access;

/// <summary>Every page and address, asked by everybody, does what docs/permissions.md says; at the end nobody is signed in any more.</summary>
public sealed partial class PermissionTests(Estate estate) : IClassFixture<Estate>
{
    private readonly Asker _asker = new(estate);

    private IEnumerable<(string Method, string Address)> Endpoints => ((IEndpointRouteBuilder)estate.Studio.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null ? ["PAGE"] : endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"], (endpoint, method) => (method, Plain(endpoint.RoutePattern.RawText!)))
        .Where(e => !LookPattern().IsMatch(e.Item2)).Distinct();

    [Fact]
    public void The_table_has_a_line_for_every_address_and_every_call_and_none_for_what_is_not_there()
    {
        var calls = typeof(StudioHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m.Name != nameof(Hub.OnDisconnectedAsync)).Select(m => $"HUB {m.Name}");
        Assert.Equal(Endpoints.Select(e => $"{e.Method} {e.Address}").Concat(calls).Order(StringComparer.Ordinal), PermissionTable.Rows.Select(r => $"{r.Method} {r.Address}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_address_answers_everybody_as_the_table_says()
    {
        (string Name, Member? Who)[] people = [("nobody", null), ("a locked user", estate.Lee), ("another member", estate.Carl), ("another studio's supervisor", estate.Tom), ("an admin", estate.Root), ("the supervisor", estate.Sue), ("the owner", estate.Ada)];
        var wrong = new List<string>();
        foreach (var row in PermissionTable.Rows.Where(r => r.Method != "HUB" && !r.Who.StartsWith("token", StringComparison.Ordinal)).OrderBy(r => r.Address == "/account/sign-out")) // after it, nobody is signed in
            foreach (var (name, who) in people)
            {
                var status = await _asker.AskAsync(row, who, estate.Things);
                if (!Fits(row, name, status))
                    wrong.Add($"{row}; {name} was answered {status}");
                if (row.IsOfAThing && row.Method != "PAGE" && who is not null && name != "a locked user" && await _asker.AskAsync(row, who, null) is not HttpStatusCode.NotFound and var made)
                    wrong.Add($"{row}; {name} was answered {made} for an identifier that is made up");
            }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static bool Fits(Permission row, string name, HttpStatusCode status)
    {
        var opened = (int)status < 500 && status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Redirect or HttpStatusCode.NotFound);
        if (row.Who == "anybody")
            return opened || row.Address is "/account/sign-out" or "/missing"; // the one leads on to the sign-in page, the other is the page of 404
        if (name is "nobody" or "a locked user")
            return status is HttpStatusCode.Unauthorized or HttpStatusCode.Redirect;
        if (row.Who is "admin" or "supervisor")
            return name.EndsWith(row.Who, StringComparison.Ordinal) ? opened : status is HttpStatusCode.Forbidden or HttpStatusCode.Redirect;
        if (row.Method == "PAGE" || row.Who == "signed in")
            return opened || row.Address == "/not-found";
        return name == "the owner" || (name == "the supervisor" && row.Who == "owner, supervisor") ? opened : status == HttpStatusCode.NotFound;
    }

    /// <summary>{album:guid} → {album}.</summary>
    private static string Plain(string pattern) => ConstraintPattern().Replace("/" + pattern.Trim('/'), "{$1}");

    [GeneratedRegex(@"\{(\w+):(?:[^{}()]|\([^)]*\(?[^)]*\)?[^)]*\))*\}")]
    private static partial Regex ConstraintPattern();

    /// <summary>Scripts, styles and what Blazor brings along; the hub's own connection.</summary>
    [GeneratedRegex(@"^/(_|WebStudio\.Server\.|hubs/)|\.(js|css|svg|png|ico|map|gz|br|woff2?)$|^/\{\*\*path:file\}$")]
    private static partial Regex LookPattern();
}

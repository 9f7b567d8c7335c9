using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Api;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Access;

/// <summary>What programmes may: on an estate of their own, because they may delete.</summary>
public sealed class TokenPermissionTests(Estate estate) : IClassFixture<Estate>
{
    private readonly Asker _asker = new(estate);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/account")]
    [InlineData("/files/edits/{edit}/picture.webp")]
    [InlineData("/hubs/studio/negotiate")]
    [InlineData("/_blazor/negotiate")]
    public async Task A_token_opens_neither_pages_nor_files_nor_connections(string address)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = estate.Studio.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", estate.AdasToken);
        var path = address.Replace("{edit}", estate.Things["edit"].ToString(), StringComparison.Ordinal);
        using var answer = path.EndsWith("negotiate", StringComparison.Ordinal) ? await http.PostAsync(path, null, Cancel) : await http.GetAsync(path, Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Redirect, answer.StatusCode.ToString());
    }

    [Fact]
    public async Task Tokens_open_what_their_scope_names_for_their_owner_and_nothing_else()
    {
        var wrong = new List<string>();
        foreach (var row in PermissionTable.Rows.Where(r => r.Who.StartsWith("token", StringComparison.Ordinal)).OrderBy(r => r.Method == "DELETE").ThenByDescending(r => r.Address.Length).ThenByDescending(r => r.Address, StringComparer.Ordinal)) // what deletes Ada's things comes last, and the album, which takes the model along, at the end
        {
            var scope = row.Who["token ".Length..];
            var others = await LimitedAsync(s => s != scope);
            async Task Expect(string who, HttpStatusCode? expected, string? token, Member? cookie = null)
            {
                var status = await _asker.AskAsync(row, cookie, estate.Things, token);
                if (expected is { } wanted ? status != wanted : status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound || (int)status >= 500)
                    wrong.Add($"{row}; {who} was answered {status}");
            }

            await Expect("nobody", HttpStatusCode.Unauthorized, null);
            await Expect("a made-up token", HttpStatusCode.Unauthorized, "wst_" + new string('A', 43));
            await Expect("Ada's browser", HttpStatusCode.Unauthorized, null, estate.Ada);
            await Expect("a token without the scope", HttpStatusCode.Forbidden, others);
            await Expect("another's token", row.IsOfAThing && row.Address != "/api/v1/models/{model}/edits" ? HttpStatusCode.NotFound : null, estate.TomsToken);
            await Expect("Ada's token", null, estate.AdasToken);
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        async Task<string> LimitedAsync(Predicate<string> scopes) =>
            (await estate.Studio.App.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(estate.Tom.Viewer, "limited", [.. ApiScopes.All.Select(s => s.Scope).Where(s => scopes(s))], 1)) is ({ } secret, _) ? secret : await FreshAsync(scopes);

        async Task<string> FreshAsync(Predicate<string> scopes)
        {
            await using var db = await estate.DatabaseAsync();
            await db.ApiTokens.Where(t => t.Name == "limited").ExecuteDeleteAsync(Cancel);
            return await LimitedAsync(scopes);
        }
    }
}

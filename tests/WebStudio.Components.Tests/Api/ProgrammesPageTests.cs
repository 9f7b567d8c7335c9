using System.Security.Claims;
using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Api;

namespace WebStudio.Components.Tests.Api;

public sealed class ProgrammesPageTests : BunitContext
{
    private readonly Known _api = new();
    private readonly IRenderedComponent<MudDialogProvider> _dialogs;
    private readonly IRenderedComponent<MudSnackbarProvider> _toasts;

    public ProgrammesPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IApiAccess>(_api);
        JSInterop.Mode = JSRuntimeMode.Loose;
        this.AddAuthorization().SetAuthorized("ada@example.org").SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
        _dialogs = Render<MudDialogProvider>();
        _toasts = Render<MudSnackbarProvider>();
    }

    [Fact]
    public void A_token_is_made_with_what_was_chosen_and_shown_once()
    {
        var page = Render<ProgrammesPage>();
        page.Find("input[maxlength='80']").Change("nightly");
        page.FindAll("input[type=checkbox]")[1].Change(true); // make albums
        page.FindAll("input[type=checkbox]")[2].Change(false); // models
        Button(page, "Make a token").Click();
        Assert.Equal(("nightly", "albums:read albums:write jobs:read", 90), (_api.Name, string.Join(' ', _api.Scopes.Order(StringComparer.Ordinal)), _api.Days));
        Assert.Equal("wst_secret", page.Find("input[aria-label='Token']").GetAttribute("value"));
        Assert.DoesNotContain("wst_secret", Render<ProgrammesPage>().Markup); // whoever comes again sees the list only
    }

    [Fact]
    public void What_speaks_against_a_token_is_told_and_nothing_typed_is_lost()
    {
        _api.Refusal = "Say what the token is for.";
        var page = Render<ProgrammesPage>();
        page.Find("input[maxlength='80']").Change("my words");
        Button(page, "Make a token").Click();
        _toasts.WaitForAssertion(() => Assert.Contains("Say what the token is for.", _toasts.Markup));
        Assert.Equal("my words", page.Find("input[maxlength='80']").GetAttribute("value"));
        Assert.Empty(page.FindAll("input[aria-label='Token']"));
    }

    [Fact]
    public void A_token_is_revoked_after_a_question()
    {
        _api.Tokens = [new(Guid.NewGuid(), "nightly", "wst_abcd", ["albums:read"], DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(3), null)];
        var page = Render<ProgrammesPage>();
        Assert.Contains("wst_abcd…", page.Markup);
        page.Find("button[aria-label='Revoke nightly']").Click();
        Assert.Empty(_api.Revoked);
        _dialogs.WaitForElements("button").Single(b => b.TextContent.Trim() == "Revoke").Click();
        page.WaitForAssertion(() => Assert.Equal([_api.Tokens[0].Id], _api.Revoked));
    }

    [Fact]
    public void A_webhook_says_how_its_last_message_fared()
    {
        _api.Webhooks = [new(Guid.NewGuid(), "https://example.org/hook", DateTimeOffset.UtcNow, new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero), "answered 503", 2)];
        Assert.Contains("3 Mar 2026: answered 503, 2 waiting", Render<ProgrammesPage>().Find(".webhook").TextContent);
    }

    private static IElement Button(IRenderedComponent<ProgrammesPage> page, string text) => page.FindAll("button").Single(b => b.TextContent.Trim() == text);

    private sealed class Known : IApiAccess
    {
        public IReadOnlyList<TokenEntry> Tokens { get; set; } = [];

        public IReadOnlyList<WebhookEntry> Webhooks { get; set; } = [];

        public string? Refusal { get; set; }

        public string Name { get; private set; } = "";

        public IReadOnlyCollection<string> Scopes { get; private set; } = [];

        public int Days { get; private set; }

        public List<Guid> Revoked { get; } = [];

        public Task<IReadOnlyList<TokenEntry>> TokensAsync(Viewer viewer) => Task.FromResult(Tokens);

        public Task<(string? Secret, string? Refusal)> CreateTokenAsync(Viewer viewer, string name, IReadOnlyCollection<string> scopes, int days)
        {
            (Name, Scopes, Days) = (name, [.. scopes], days);
            return Task.FromResult<(string?, string?)>(Refusal is null ? ("wst_secret", null) : (null, Refusal));
        }

        public Task RevokeTokenAsync(Viewer viewer, Guid token)
        {
            Revoked.Add(token);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<WebhookEntry>> WebhooksAsync(Viewer viewer) => Task.FromResult(Webhooks);

        public Task<(string? Secret, string? Refusal)> AddWebhookAsync(Viewer viewer, string address) => Task.FromResult<(string?, string?)>(("s", null));

        public Task RemoveWebhookAsync(Viewer viewer, Guid webhook) => Task.CompletedTask;

        public Task<string?> TryWebhookAsync(Viewer viewer, Guid webhook) => Task.FromResult<string?>(null);
    }
}

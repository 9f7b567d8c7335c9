using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;

namespace WebStudio.Components.Tests.Reviews;

public sealed class AuditLogPageTests : BunitContext
{
    private readonly Log _log = new();
    private readonly IRenderedComponent<MudPopoverProvider> _popovers;

    public AuditLogPageTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<IAudit>(_log);
        JSInterop.Mode = JSRuntimeMode.Loose;
        this.AddAuthorization().SetAuthorized("sue@example.org").SetClaims(new Claim(ClaimTypes.NameIdentifier, "sue"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()), new Claim(ClaimTypes.Role, StudioRoles.Supervisor));
        _popovers = Render<MudPopoverProvider>();
    }

    [Fact]
    public void Lines_say_when_who_what_and_which()
    {
        var row = Render<AuditLogPage>().FindAll("tbody tr")[0].QuerySelectorAll("td").Select(cell => cell.TextContent.Trim());
        Assert.Equal(["4 Mar 2026, 12:00 UTC", "Sue", "approved", "version Lea, Version 2"], row);
    }

    [Fact]
    public void A_kind_of_deed_is_chosen_and_pages_are_turned()
    {
        var page = Render<AuditLogPage>();
        page.FindAll(".mud-pagination button").Single(b => b.TextContent.Trim() == "2").Click();
        Assert.Equal((null, 1), _log.Asked[^1]);
        page.Find(".mud-input-control:has(input)").MouseDown();
        _popovers.WaitForAssertion(() => Assert.NotEmpty(_popovers.FindAll(".mud-list-item")));
        _popovers.FindAll(".mud-list-item").Single(i => i.TextContent.Trim() == "exported").Click();
        page.WaitForAssertion(() => Assert.Equal(("exported", 0), _log.Asked[^1])); // from the first page again
        Assert.Contains("Nothing yet.", page.Find(".empty").TextContent);
    }

    private sealed class Log : IAudit
    {
        public List<(string? Action, int Page)> Asked { get; } = [];

        public Task<AuditPage> ReadAsync(Viewer viewer, string? action, int page)
        {
            Asked.Add((action, page));
            return Task.FromResult(new AuditPage(action is null ? [new(new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero), "Sue", "approved", "version", Guid.NewGuid(), "Lea, Version 2")] : [], action is null ? 3 : 0, ["approved", "exported"]));
        }
    }
}

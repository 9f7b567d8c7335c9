using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Accounts;
using WebStudio.Components.Admin;
using WebStudio.Components.Storage;
using WebStudio.Components.Tests.Storage;

namespace WebStudio.Components.Tests.Admin;

public sealed class PeoplePageTests : BunitContext
{
    private readonly People _people = new();

    public PeoplePageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IPeople>(_people);
        Services.AddSingleton<IBin>(new Bins());
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
    }

    [Fact]
    public async Task An_invitation_is_shown_as_a_link_of_this_server_that_can_be_copied()
    {
        var page = Render<PeoplePage>();
        await page.Find("button.mud-button-filled").ClickAsync(new());
        var address = Services.GetRequiredService<NavigationManager>().BaseUri + "join/secret";
        Assert.Equal(address, page.Find("input[aria-label='Link to send']").GetAttribute("value"));
        await page.FindAll("button").Single(b => b.TextContent.Trim() == "Copy").ClickAsync(new());
        Assert.Equal(address, JSInterop.Invocations["navigator.clipboard.writeText"].Single().Arguments[0]);
        Assert.Contains("Grace, Supervisor, until 2 Dec 2026", page.Find(".invitation").TextContent);
    }

    [Fact]
    public void Whoever_is_locked_is_marked()
    {
        var rows = Render<PeoplePage>().FindAll("tbody tr");
        Assert.Equal([false, true], rows.Select(r => r.TextContent.Contains("locked", StringComparison.Ordinal)));
        Assert.Contains("bob@example.org", rows[1].TextContent);
    }

    [Fact]
    public async Task Many_people_come_in_pages()
    {
        _people.Others = 58;
        var page = Render<PeoplePage>();
        var seen = page.FindAll("td[data-label='E-mail']").Select(c => c.TextContent).ToList();
        Assert.Equal(25, seen.Count);
        for (var n = 0; n < 2; n++)
        {
            await page.Find("button[aria-label='Next page']").ClickAsync(new());
            seen.AddRange(page.FindAll("td[data-label='E-mail']").Select(c => c.TextContent));
        }
        Assert.Equal(["ada@example.org", "bob@example.org", .. Enumerable.Range(0, 58).Select(n => $"other{n}@example.org")], seen);
    }

    [Fact]
    public void Space_is_told_with_what_is_allowed()
    {
        var cells = Render<PeoplePage>().FindAll("td[data-label='Space']").Select(c => c.TextContent.Trim());
        Assert.Equal(["7 MB", "120 MB of 500 MB"], cells);
    }

    [Fact]
    public async Task Limits_are_shown_as_they_are_and_an_empty_field_leaves_it_to_the_settings()
    {
        var dialogs = Render<MudDialogProvider>();
        var popovers = Render<MudPopoverProvider>();
        var page = Render<PeoplePage>();
        await page.Find("button[aria-label='Actions for Bob']").ClickAsync(new());
        var setting = popovers.FindAll(".mud-menu-item").Single(i => i.TextContent.Trim() == "Limits").ClickAsync(new());
        dialogs.WaitForElement(".mud-dialog-actions");
        var fields = dialogs.FindAll("input");
        Assert.Equal(["2", "", "500"], fields.Select(f => f.GetAttribute("value") ?? ""));
        Assert.Equal("20", fields[0].GetAttribute("placeholder"));
        await dialogs.FindAll("input")[0].ChangeAsync(new() { Value = "" });
        await dialogs.FindAll("input")[2].ChangeAsync(new() { Value = "700" });
        await dialogs.FindAll(".mud-dialog-actions button").Single(b => b.TextContent.Trim() == "Set").ClickAsync(new());
        await setting;
        Assert.Equal(("bob", new PersonLimits(null, null, 700)), _people.Set);
    }

    private sealed class People : IPeople
    {
        private bool _invited;

        public Task<IReadOnlyList<Person>> ListAsync(Viewer viewer) => Task.FromResult<IReadOnlyList<Person>>(
            [
                new("ada", "Ada", "ada@example.org", [StudioRoles.Admin], false, DateTimeOffset.UnixEpoch, new(null, null, null)), new("bob", "Bob", "bob@example.org", [StudioRoles.Member], true, DateTimeOffset.UnixEpoch, new(2, null, 500)),
                .. Enumerable.Range(0, Others).Select(n => new Person($"other{n}", $"Other {n:000}", $"other{n}@example.org", [StudioRoles.Member], false, DateTimeOffset.UnixEpoch, new(null, null, null))),
            ]);

        /// <summary>More people.</summary>
        public int Others { get; set; }

        public Task<IReadOnlyList<OpenInvitation>> InvitationsAsync(Viewer viewer) => Task.FromResult<IReadOnlyList<OpenInvitation>>(
            _invited ? [new(Guid.NewGuid(), "Grace", [StudioRoles.Member, StudioRoles.Supervisor], new(2026, 12, 2, 0, 0, 0, TimeSpan.Zero))] : []);

        public Task<string> InviteAsync(Viewer viewer, string note, IReadOnlyCollection<string> roles, int days)
        {
            _invited = true;
            return Task.FromResult("/join/secret");
        }

        public Task RevokeAsync(Viewer viewer, Guid invitation) => Task.CompletedTask;

        public Task<string?> SetRolesAsync(Viewer viewer, string userId, IReadOnlyCollection<string> roles) => Task.FromResult<string?>(null);

        public Task<string?> SetLockedAsync(Viewer viewer, string userId, bool locked) => Task.FromResult<string?>(null);

        public PersonLimits StandardLimits => new(20, 0, 0);

        public (string User, PersonLimits Limits)? Set { get; private set; }

        public Task<string?> SetLimitsAsync(Viewer viewer, string userId, PersonLimits limits)
        {
            Set = (userId, limits);
            return Task.FromResult<string?>(null);
        }

        public Task<IReadOnlyDictionary<string, long>> SpaceAsync(Viewer viewer) => Task.FromResult<IReadOnlyDictionary<string, long>>(new Dictionary<string, long> { ["ada"] = 7_000_000, ["bob"] = 120_000_000 });

        public Task<string> ResetLinkAsync(Viewer viewer, string userId) => Task.FromResult("/reset/secret");
    }
}

using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
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

    private sealed class People : IPeople
    {
        private bool _invited;

        public Task<IReadOnlyList<Person>> ListAsync(Viewer viewer) => Task.FromResult<IReadOnlyList<Person>>(
            [new("ada", "Ada", "ada@example.org", [StudioRoles.Admin], false, DateTimeOffset.UnixEpoch), new("bob", "Bob", "bob@example.org", [StudioRoles.Member], true, DateTimeOffset.UnixEpoch)]);

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

        public Task<string> ResetLinkAsync(Viewer viewer, string userId) => Task.FromResult("/reset/secret");
    }
}

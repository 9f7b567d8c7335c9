using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Accounts;
using WebStudio.Components.Albums;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Accounts;

/// <summary>A server of its own for each test: who is the last admin matters.</summary>
public sealed class PeopleTests : IAsyncLifetime
{
    private readonly StudioServer _studio = new();
    private Viewer _admin = null!;

    private IPeople People => _studio.Services.GetRequiredService<IPeople>();

    public async ValueTask InitializeAsync()
    {
        await _studio.InitializeAsync();
        _admin = await _studio.JoinAsync("Ada", StudioRoles.Admin);
    }

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task The_last_admin_who_can_sign_in_stays_one()
    {
        Assert.Contains("only admin", await People.SetRolesAsync(_admin, _admin.UserId, []));
        var other = await _studio.JoinAsync("Bob", StudioRoles.Admin);
        Assert.Null(await People.SetLockedAsync(_admin, other.UserId, true));
        Assert.Contains("only admin", await People.SetRolesAsync(_admin, _admin.UserId, []));
        Assert.Null(await People.SetLockedAsync(_admin, other.UserId, false));
        Assert.Null(await People.SetRolesAsync(_admin, _admin.UserId, []));
        Assert.Equal(["Bob"], (await People.ListAsync(other)).Where(p => p.Roles.Contains(StudioRoles.Admin)).Select(p => p.Name));
    }

    [Fact]
    public async Task Limits_of_an_account_hold_at_once_and_impossible_ones_are_refused()
    {
        var bob = await _studio.JoinAsync("Bob");
        var album = await _studio.Services.GetRequiredService<IAlbums>().CreateAsync(bob, new("Summer", "Eve", null));
        Assert.Contains("from 1 to", await People.SetLimitsAsync(_admin, bob.UserId, new(0, null, null)));
        Assert.Contains("1440", await People.SetLimitsAsync(_admin, bob.UserId, new(null, 1441, null)));
        Assert.Contains("no limit", await People.SetLimitsAsync(_admin, bob.UserId, new(null, null, -1)));
        Assert.Contains("does not exist", await People.SetLimitsAsync(_admin, "nobody", new(null, null, null)));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => People.SetLimitsAsync(bob, bob.UserId, new(null, null, 0)));
        Assert.Null(await People.SetLimitsAsync(_admin, bob.UserId, new(3, 5, 1)));
        Assert.Equal(new(3, 5, 1), (await People.ListAsync(_admin)).Single(p => p.Id == bob.UserId).Limits);

        var folder = _studio.Services.GetRequiredService<DataFolders>().Album(bob.UserId, album);
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "large"), new byte[1_000_001], TestContext.Current.CancellationToken);
        Assert.Equal(1_000_001, (await People.SpaceAsync(_admin))[bob.UserId]);
        using var visitor = await _studio.SignInAsync("Bob");
        using var refused = await visitor.Http.PostAsync($"/api/albums/{album}/photos?name=a.png", new ByteArrayContent([1]), TestContext.Current.CancellationToken);
        Assert.Contains("of the 1 MB that you are allowed", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nobody_locks_themselves()
    {
        await _studio.JoinAsync("Bob", StudioRoles.Admin);
        Assert.NotNull(await People.SetLockedAsync(_admin, _admin.UserId, true));
        using var ada = await _studio.SignInAsync("Ada");
    }

    [Fact]
    public async Task Whoever_is_locked_cannot_sign_in_until_unlocked()
    {
        var bob = await _studio.JoinAsync("Bob");
        await People.SetLockedAsync(_admin, bob.UserId, true);
        Assert.True((await People.ListAsync(_admin)).Single(p => p.Name == "Bob").IsLocked);
        using var visitor = _studio.Visit();
        Assert.Contains("locked", (await visitor.SignInAsync("bob@example.org", StudioServer.Password)).Text);
        await People.SetLockedAsync(_admin, bob.UserId, false);
        using var again = await _studio.SignInAsync("Bob");
    }

    [Fact]
    public async Task Roles_say_which_pages_open()
    {
        var bob = await _studio.JoinAsync("Bob");
        using (var member = await _studio.SignInAsync("Bob"))
            Assert.StartsWith("/account/denied", (await member.GetAsync("/admin/people")).Location);
        await People.SetRolesAsync(_admin, bob.UserId, [StudioRoles.Admin]);
        using var admin = await _studio.SignInAsync("Bob");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await admin.GetAsync("/admin/people")).Status);
    }

    [Fact]
    public async Task Only_admins_manage_accounts()
    {
        var supervisor = await _studio.JoinAsync("Sue", StudioRoles.Supervisor);
        Func<Task>[] tries =
        [
            () => People.ListAsync(supervisor), () => People.InvitationsAsync(supervisor), () => People.InviteAsync(supervisor, "", [], 1), () => People.RevokeAsync(supervisor, Guid.NewGuid()),
            () => People.SetRolesAsync(supervisor, supervisor.UserId, [StudioRoles.Admin]), () => People.SetLockedAsync(supervisor, _admin.UserId, true), () => People.ResetLinkAsync(supervisor, _admin.UserId),
        ];
        foreach (var attempt in tries)
            await Assert.ThrowsAsync<UnauthorizedAccessException>(attempt);
    }

    [Fact]
    public async Task Invitations_and_links_say_nothing_that_opens_them()
    {
        var link = await People.InviteAsync(_admin, " Grace ", [StudioRoles.Supervisor, "Emperor"], 400);
        var invitation = Assert.Single(await People.InvitationsAsync(_admin), i => i.Note == "Grace");
        Assert.Equal(["Member", "Supervisor"], invitation.Roles.Order());
        Assert.InRange(invitation.ExpiresAt - DateTimeOffset.UtcNow, TimeSpan.FromDays(89), TimeSpan.FromDays(90));
        await using var db = await _studio.DatabaseAsync();
        var row = db.Invitations.Single(i => i.Note == "Grace");
        Assert.DoesNotContain(row.SecretHash, link);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(link["/join/".Length..]))), row.SecretHash);
    }
}

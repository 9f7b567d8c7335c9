using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Accounts;

namespace WebStudio.Server.Tests.Accounts;

/// <summary>Links that let somebody in, through the pages that people see.</summary>
public sealed class InvitationTests(StudioServer studio) : IClassFixture<StudioServer>
{
    private IPeople People => studio.Services.GetRequiredService<IPeople>();

    private static (string, string)[] Person(string name, string password = StudioServer.Password) => [("Input.Name", name), ("Input.Email", StudioServer.EmailOf(name)), ("Input.Password", password)];

    [Fact]
    public async Task An_invitation_makes_one_account_with_its_roles_and_is_then_dead()
    {
        var link = await People.InviteAsync(await studio.JoinAsync("Inviter1", StudioRoles.Admin), "Grace", [StudioRoles.Supervisor], 7);
        using var grace = studio.Visit();
        Assert.Equal("/", (await grace.SubmitAsync(link, "join", Person("Grace"))).Location);
        Assert.Contains("Your account", (await grace.GetAsync("/account")).Text); // joined is signed in

        using var second = studio.Visit();
        Assert.Contains("This link does not work", (await second.GetAsync(link)).Text);
        await using var db = await studio.DatabaseAsync();
        var user = await db.Users.SingleAsync(u => u.Email == "grace@example.org");
        var roles = await db.UserRoles.Where(r => r.UserId == user.Id).Join(db.Roles, r => r.RoleId, r => r.Id, (_, role) => role.Name).Order().ToListAsync();
        Assert.Equal(["Member", "Supervisor"], roles);
    }

    [Fact]
    public async Task Of_people_who_use_one_link_at_once_one_joins()
    {
        var link = await People.InviteAsync(await studio.JoinAsync("Inviter2", StudioRoles.Admin), "", [], 7);
        var visitors = Enumerable.Range(0, 4).Select(_ => studio.Visit()).ToList();
        var forms = await Task.WhenAll(visitors.Select(v => v.FormAsync(link, "join")));
        var answers = await Task.WhenAll(visitors.Select((v, i) => v.SendAsync(link, forms[i], Person($"Racer{i}"))));
        visitors.ForEach(v => v.Dispose());
        Assert.Single(answers, a => a.Location == "/");
        Assert.Equal(3, answers.Count(a => a.Location is null)); // told so by the form, or, who came later, by a page that has none any more
        await using var db = await studio.DatabaseAsync();
        Assert.Equal(1, await db.Users.CountAsync(u => u.DisplayName.StartsWith("Racer")));
    }

    [Fact]
    public async Task An_expired_invitation_lets_nobody_in_not_even_with_a_form_loaded_before()
    {
        var link = await People.InviteAsync(await studio.JoinAsync("Inviter3", StudioRoles.Admin), "late", [], 1);
        using var visitor = studio.Visit();
        var form = await visitor.FormAsync(link, "join");
        await using (var db = await studio.DatabaseAsync())
            await db.Invitations.Where(i => i.Note == "late").ExecuteUpdateAsync(set => set.SetProperty(i => i.ExpiresAt, DateTimeOffset.UtcNow.AddSeconds(-1)));

        Assert.Contains("This link does not work", (await visitor.GetAsync(link)).Text);
        Assert.NotEqual("/", (await visitor.SendAsync(link, form, Person("Late"))).Location);
        await using var after = await studio.DatabaseAsync();
        Assert.False(await after.Users.AnyAsync(u => u.DisplayName == "Late"));
    }

    [Fact]
    public async Task A_revoked_invitation_does_not_work()
    {
        var admin = await studio.JoinAsync("Inviter4", StudioRoles.Admin);
        var link = await People.InviteAsync(admin, "revoked", [], 7);
        await People.RevokeAsync(admin, (await People.InvitationsAsync(admin)).Single(i => i.Note == "revoked").Id);
        using var visitor = studio.Visit();
        Assert.Contains("This link does not work", (await visitor.GetAsync(link)).Text);
    }

    [Fact]
    public async Task Nine_characters_are_no_password_ten_are()
    {
        var link = await People.InviteAsync(await studio.JoinAsync("Inviter5", StudioRoles.Admin), "", [], 7);
        using var visitor = studio.Visit();
        Assert.Contains("at least 10 characters", (await visitor.SubmitAsync(link, "join", Person("Shorty", "123456789"))).Text);
        Assert.Equal("/", (await visitor.SubmitAsync(link, "join", Person("Shorty", "1234567890"))).Location);
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_told_in_one_sentence_and_the_link_stays_good()
    {
        var link = await People.InviteAsync(await studio.JoinAsync("Inviter6", StudioRoles.Admin), "", [], 7);
        using var visitor = studio.Visit();
        var answer = await visitor.SubmitAsync(link, "join", Person("Inviter6"));
        Assert.Contains("Email 'inviter6@example.org' is already taken.", answer.Text);
        Assert.DoesNotContain("Username", answer.Text);
        Assert.Equal("/", (await visitor.SubmitAsync(link, "join", Person("Newcomer"))).Location);
    }

    [Fact]
    public async Task A_link_for_a_new_password_works_once_and_the_newest_alone()
    {
        var admin = await studio.JoinAsync("Inviter7", StudioRoles.Admin);
        var forgetful = await studio.JoinAsync("Forgetful");
        var older = await People.ResetLinkAsync(admin, forgetful.UserId);
        var newer = await People.ResetLinkAsync(admin, forgetful.UserId);
        using var visitor = studio.Visit();
        Assert.Contains("This link does not work", (await visitor.GetAsync(older)).Text);
        Assert.Contains("Password set", (await visitor.SubmitAsync(newer, "reset", ("Input.Password", "another long one"))).Text);
        Assert.Contains("This link does not work", (await visitor.GetAsync(newer)).Text);
        Assert.Null((await visitor.SignInAsync("forgetful@example.org", StudioServer.Password)).Location);
        Assert.Equal("/", (await visitor.SignInAsync("forgetful@example.org", "another long one")).Location);
    }

    [Fact]
    public async Task A_reset_link_is_no_invitation_and_an_invitation_resets_nothing()
    {
        var admin = await studio.JoinAsync("Inviter8", StudioRoles.Admin);
        var invitation = await People.InviteAsync(admin, "", [], 7);
        var reset = await People.ResetLinkAsync(admin, admin.UserId);
        using var visitor = studio.Visit();
        Assert.Contains("This link does not work", (await visitor.GetAsync(invitation.Replace("/join/", "/reset/", StringComparison.Ordinal))).Text);
        Assert.Contains("This link does not work", (await visitor.GetAsync(reset.Replace("/reset/", "/join/", StringComparison.Ordinal))).Text);
    }
}

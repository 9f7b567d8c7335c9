using System.Net;
using Microsoft.EntityFrameworkCore;

namespace WebStudio.Server.Tests.Accounts;

public sealed class SignInTests(StudioServer studio) : IClassFixture<StudioServer>
{
    [Fact]
    public async Task A_wrong_password_is_told_and_nobody_is_signed_in()
    {
        await studio.JoinAsync("Ada");
        using var visitor = studio.Visit();
        var answer = await visitor.SignInAsync("ada@example.org", "not the password");
        Assert.Contains("E-mail and password do not fit together.", answer.Text);
        Assert.StartsWith("/account/sign-in", (await visitor.GetAsync("/")).Location);
    }

    [Fact]
    public async Task After_six_wrong_passwords_the_right_one_is_refused_until_the_time_is_over()
    {
        var bob = await studio.JoinAsync("Bob");
        using var visitor = studio.Visit();
        for (var i = 0; i < 5; i++)
            Assert.Contains("do not fit together", (await visitor.SignInAsync("bob@example.org", "not the password")).Text);
        Assert.Contains("locked", (await visitor.SignInAsync("bob@example.org", "not the password")).Text);
        Assert.Contains("locked", (await visitor.SignInAsync("bob@example.org", StudioServer.Password)).Text);

        await using var db = await studio.DatabaseAsync();
        var end = (await db.Users.SingleAsync(u => u.Id == bob.UserId)).LockoutEnd!.Value;
        Assert.InRange(end - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
        await db.Users.Where(u => u.Id == bob.UserId).ExecuteUpdateAsync(set => set.SetProperty(u => u.LockoutEnd, DateTimeOffset.UtcNow.AddSeconds(-1)));
        Assert.Equal("/", (await visitor.SignInAsync("bob@example.org", StudioServer.Password)).Location);
    }

    [Fact]
    public async Task Who_is_let_in_stands_in_the_audit_log_and_who_is_not_does_not()
    {
        var nora = await studio.JoinAsync("Nora");
        using var visitor = studio.Visit();
        await visitor.SignInAsync("nora@example.org", "not the password");
        await visitor.SignInAsync("nora@example.org", StudioServer.Password);
        await using var db = await studio.DatabaseAsync();
        var entry = Assert.Single(await db.AuditEntries.Where(e => e.ActorId == nora.UserId).ToListAsync());
        Assert.Equal(("signed in", "account", nora.UserId, nora.StudioId, "password"), (entry.Action, entry.Subject, entry.SubjectId.ToString(), entry.StudioId, entry.Detail));
    }

    [Theory]
    [InlineData("/albums?sort=name", "/albums?sort=name")]
    [InlineData("https://elsewhere.example/", "/")]
    [InlineData("//elsewhere.example/", "/")]
    [InlineData("/\\elsewhere.example/", "/")]
    [InlineData("/\t/elsewhere.example/", "/")]
    public async Task Signing_in_leads_back_to_pages_of_this_server_only(string asked, string expected)
    {
        var name = $"Returning{Guid.NewGuid():N}";
        await studio.JoinAsync(name);
        using var visitor = studio.Visit();
        Assert.Equal(expected, (await visitor.SignInAsync(StudioServer.EmailOf(name), StudioServer.Password, $"/account/sign-in?returnUrl={Uri.EscapeDataString(asked)}")).Location);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await studio.JoinAsync("Carl");
        using var carl = await studio.SignInAsync("Carl");
        Assert.Equal(HttpStatusCode.OK, (await carl.GetAsync("/")).Status);
        Assert.Equal("/account/sign-in", (await carl.SendAsync("/account/sign-out", [])).Location);
        Assert.StartsWith("/account/sign-in", (await carl.GetAsync("/")).Location);
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        await studio.JoinAsync("Dora");
        using var visitor = studio.Visit();
        var answer = await visitor.SendAsync("/account/sign-in", [("_handler", "sign-in")], ("Input.Email", "dora@example.org"), ("Input.Password", StudioServer.Password));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("/account/sign-in", (await visitor.GetAsync("/")).Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("no JSON")]
    public async Task A_passkey_answer_that_is_none_is_told_in_a_sentence(string credential)
    {
        using var visitor = studio.Visit();
        var answer = await visitor.SubmitAsync("/account/sign-in", "passkey", ("Passkey.Credential", credential));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains("This passkey belongs to no account here.", answer.Text);
    }

    [Fact]
    public async Task A_changed_password_is_the_only_one_that_works()
    {
        await studio.JoinAsync("Eve");
        using var eve = await studio.SignInAsync("Eve");
        Assert.Contains("Incorrect password", (await eve.SubmitAsync("/account", "password", ("Password.Current", "not this one"), ("Password.Replacement", "the next long one"))).Text);
        Assert.Equal("/account?saved=password", (await eve.SubmitAsync("/account", "password", ("Password.Current", StudioServer.Password), ("Password.Replacement", "the next long one"))).Location);
        Assert.Contains("Password changed.", (await eve.GetAsync("/account?saved=password")).Text); // still signed in here
        using var visitor = studio.Visit();
        Assert.Null((await visitor.SignInAsync("eve@example.org", StudioServer.Password)).Location);
        Assert.Equal("/", (await visitor.SignInAsync("eve@example.org", "the next long one")).Location);
    }

    [Fact]
    public async Task A_new_name_is_shown()
    {
        await studio.JoinAsync("Fay");
        using var fay = await studio.SignInAsync("Fay");
        Assert.Equal("/account?saved=name", (await fay.SubmitAsync("/account", "name", ("Name.Name", "  Fay Wray "))).Location);
        Assert.Contains("value=\"Fay Wray\"", (await fay.GetAsync("/account")).Text);
    }
}

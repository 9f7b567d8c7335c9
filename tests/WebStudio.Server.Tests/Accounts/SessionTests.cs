using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Accounts;
using WebStudio.Components.Api;
using WebStudio.Server.Accounts;
using WebStudio.Server.Accounts.Sessions;

namespace WebStudio.Server.Tests.Accounts;

/// <summary>Ending a session ends its cookie, wherever it was copied to, and what is open in it.</summary>
public sealed class SessionTests(StudioServer studio) : IClassFixture<StudioServer>
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10); // the checks that run anyway come once a minute

    [Fact]
    public async Task A_copied_cookie_is_worth_nothing_after_its_browser_signed_out()
    {
        var name = await JoinAsync();
        using var browser = await studio.SignInAsync(name);
        using var thief = studio.Visit(browser.Cookies);
        Assert.Equal(HttpStatusCode.OK, (await thief.GetAsync("/")).Status);
        using (await browser.Http.PostAsync("/account/sign-out", null, TestContext.Current.CancellationToken))
        {
        }
        Assert.StartsWith("/account/sign-in", (await thief.GetAsync("/")).Location);
    }

    [Fact]
    public async Task One_browser_signs_another_out_and_stays_itself()
    {
        var name = await JoinAsync();
        using var here = await studio.SignInAsync(name);
        using var there = await studio.SignInAsync(name);
        using var socket = await ConnectAsync("/hubs/studio", there);
        var account = await here.GetAsync("/account");
        var other = (await Sessions.ListAsync((await UserAsync(name)).UserId)).Single(s => account.Text.Contains($"end-{s.Id}", StringComparison.Ordinal) && s.Id != CurrentOf(account.Text));
        await here.SubmitAsync("/account", $"end-{other.Id}");
        Assert.StartsWith("/account/sign-in", (await there.GetAsync("/")).Location);
        await ClosedAsync(socket);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/")).Status);
    }

    [Theory]
    [InlineData("/hubs/studio")]
    [InlineData("/HUBS/Studio")]
    [InlineData("/_blazor")]
    [InlineData("/_Blazor")]
    public async Task Locking_an_account_cuts_its_open_pages_and_editors_now(string path)
    {
        var name = await JoinAsync();
        var admin = await studio.JoinAsync(Guid.NewGuid().ToString("N"), StudioRoles.Admin);
        using var browser = await studio.SignInAsync(name);
        using var socket = await ConnectAsync(path, browser);
        using var bystander = await studio.SignInAsync(await JoinAsync());
        using var untouched = await ConnectAsync(path, bystander);
        await studio.Services.GetRequiredService<IPeople>().SetLockedAsync(admin, (await UserAsync(name)).UserId, true);
        await ClosedAsync(socket);
        Assert.StartsWith("/account/sign-in", (await browser.GetAsync("/")).Location);
        Assert.Equal(WebSocketState.Open, untouched.State);
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(path, browser));
    }

    [Theory]
    [InlineData("/hubs/studio")]
    [InlineData("/_blazor")]
    public async Task Nobody_connects_without_signing_in(string path)
    {
        using var nobody = studio.Visit();
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(path, nobody));
    }

    [Fact]
    public async Task A_new_password_signs_every_other_browser_out()
    {
        var name = await JoinAsync();
        using var here = await studio.SignInAsync(name);
        using var there = await studio.SignInAsync(name);
        await here.SubmitAsync("/account", "password", ("Password.Current", StudioServer.Password), ("Password.Replacement", "another long password"));
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/")).Status);
        Assert.StartsWith("/account/sign-in", (await there.GetAsync("/")).Location);
    }

    [Fact]
    public async Task A_page_whose_session_ended_is_nobodys_when_somebody_else_comes_back_to_it()
    {
        var (ada, bob) = (await studio.JoinAsync(Guid.NewGuid().ToString("N")), await studio.JoinAsync(Guid.NewGuid().ToString("N")));
        var (first, second) = (await Sessions.StartAsync(ada.UserId, "a browser"), await Sessions.StartAsync(ada.UserId, "another"));
        await using var scope = studio.Services.CreateAsyncScope();
        var (ended, open, others) = (PageOf(scope, ada, first), PageOf(studio.Services.CreateAsyncScope(), ada, second), PageOf(studio.Services.CreateAsyncScope(), bob, Guid.NewGuid()));
        await Sessions.EndAsync(ada.UserId, first);
        Assert.False((await ended.GetAuthenticationStateAsync()).User.Identity!.IsAuthenticated);
        Assert.True((await open.GetAuthenticationStateAsync()).User.Identity!.IsAuthenticated);
        Assert.True((await others.GetAuthenticationStateAsync()).User.Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task A_strangers_wrong_passwords_end_neither_open_pages_nor_programmes_and_an_admins_lock_does()
    {
        var (name, admin) = (await JoinAsync(), await studio.JoinAsync(Guid.NewGuid().ToString("N"), StudioRoles.Admin));
        var viewer = new Viewer((await UserAsync(name)).UserId, admin.StudioId, false, false);
        using var programme = new HttpClient { BaseAddress = studio.Address };
        programme.DefaultRequestHeaders.Authorization = new("Bearer", (await studio.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(viewer, "a test", [ApiScopes.AlbumsRead], 1)).Secret);
        using var stranger = studio.Visit();
        for (var i = 0; i < 5; i++)
            await stranger.SignInAsync(StudioServer.EmailOf(name), "not the password");
        Assert.Contains("locked", (await stranger.SignInAsync(StudioServer.EmailOf(name), "not the password")).Text);
        Assert.True(await HoldsAsync(viewer));
        Assert.Equal(HttpStatusCode.OK, await AskAsync());

        await studio.Services.GetRequiredService<IPeople>().SetLockedAsync(admin, viewer.UserId, true);
        Assert.False(await HoldsAsync(viewer));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync());

        async Task<HttpStatusCode> AskAsync()
        {
            using var answer = await programme.GetAsync("/api/v1/albums", TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    /// <summary>What the check of an open page says that comes once a minute, to somebody whose password and roles are as they were.</summary>
    private async Task<bool> HoldsAsync(Viewer viewer)
    {
        await using var scope = studio.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>().FindByIdAsync(viewer.UserId);
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<StudioUser>>().CreateAsync(user!);
        return await ValidateAuthenticationStateAsync((CircuitAuthentication)scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>(), new(principal), TestContext.Current.CancellationToken);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern Task<bool> ValidateAuthenticationStateAsync(CircuitAuthentication page, AuthenticationState state, CancellationToken cancel);

    /// <summary>What a circuit knows of who looks at its page.</summary>
    private static AuthenticationStateProvider PageOf(AsyncServiceScope scope, Viewer viewer, Guid session)
    {
        var provider = scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, viewer.UserId), new(SessionRegistry.Claim, session.ToString())], "cookie");
        ((IHostEnvironmentAuthenticationStateProvider)provider).SetAuthenticationState(Task.FromResult(new AuthenticationState(new(identity))));
        return provider;
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("curl/8.9", "A program")]
    public void Sessions_are_listed_by_browser_and_system(string userAgent, string expected) => Assert.Equal(expected, DeviceName.Of(userAgent));

    private SessionRegistry Sessions => studio.Services.GetRequiredService<SessionRegistry>();

    private async Task<string> JoinAsync()
    {
        var name = Guid.NewGuid().ToString("N");
        await studio.JoinAsync(name);
        return name;
    }

    private async Task<(string UserId, string Email)> UserAsync(string name)
    {
        await using var db = await studio.DatabaseAsync();
        var user = db.Users.Single(u => u.Email == StudioServer.EmailOf(name));
        return (user.Id, user.Email!);
    }

    /// <summary>The page has no button for the session it is read in.</summary>
    private static Guid CurrentOf(string page) =>
        Guid.Parse(System.Text.RegularExpressions.Regex.Matches(page, "end-([0-9a-f-]{36})").Select(m => m.Groups[1].Value).First(id => page[page.IndexOf(id, StringComparison.Ordinal)..].Split("</form>")[0].Contains("this browser", StringComparison.Ordinal)));

    private async Task<ClientWebSocket> ConnectAsync(string path, StudioVisitor visitor)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = visitor.Cookies;
        await socket.ConnectAsync(new($"ws://{studio.Address.Authority}{path}"), TestContext.Current.CancellationToken);
        await socket.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Waits until the server has ended the connection.</summary>
    private static async Task ClosedAsync(ClientWebSocket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(AtOnce);
        try
        {
            while ((await socket.ReceiveAsync(new byte[4096].AsMemory(), limit.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            return; // cut, not closed: as it is meant
        }
    }
}

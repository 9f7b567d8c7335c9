using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebStudio.Server.Accounts.Sessions;

namespace WebStudio.Server.Accounts;

/// <summary>
/// Who an open page is shown to. When the session ends it is nobody any more, at once: the connection is cut too, but a page waits some minutes for its browser to come back, and whoever signs in there next must not find
/// it. Once a minute the account is asked for as well, for what changed in the database by other ways.
/// </summary>
internal sealed class CircuitAuthentication : RevalidatingServerAuthenticationStateProvider
{
    private readonly IServiceScopeFactory _scopes;
    private readonly SessionRegistry _sessions;
    private readonly string _stampClaim;
    private Task<AuthenticationState>? _state; // null until the page is given it

    public CircuitAuthentication(ILoggerFactory loggers, IServiceScopeFactory scopes, SessionRegistry sessions, IOptions<IdentityOptions> options) : base(loggers)
    {
        (_scopes, _sessions, _stampClaim) = (scopes, sessions, options.Value.ClaimsIdentity.SecurityStampClaimType);
        AuthenticationStateChanged += state => _state = state;
        _sessions.Ended += SignOut;
    }

    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>();
        var user = await users.GetUserAsync(authenticationState.User);
        return user is not null && user.LockoutEnd != StudioUser.LockedByAdmin && authenticationState.User.FindFirst(_stampClaim)?.Value == await users.GetSecurityStampAsync(user);
    }

    protected override void Dispose(bool disposing)
    {
        _sessions.Ended -= SignOut;
        base.Dispose(disposing);
    }

    private void SignOut(string userId, Predicate<Guid?> which)
    {
        if (_state is { IsCompletedSuccessfully: true, Result.User: var user } && user.FindFirstValue(ClaimTypes.NameIdentifier) == userId && which(SessionRegistry.Of(user)))
            SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
    }
}

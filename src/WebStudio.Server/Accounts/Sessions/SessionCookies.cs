using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace WebStudio.Server.Accounts.Sessions;

/// <summary>Ties cookies to sessions: begun with the sign-in, asked for with every request, ended with the sign-out.</summary>
internal static class SessionCookies
{
    /// <summary>Puts the session into a cookie that is about to be written.</summary>
    public static async Task SigningInAsync(CookieSigningInContext context)
    {
        var user = context.Principal!.FindFirstValue(ClaimTypes.NameIdentifier)!;
        var sessions = context.HttpContext.RequestServices.GetRequiredService<SessionRegistry>();
        // A cookie that is written again, after a new name or password, goes on with its session.
        var current = context.HttpContext.User;
        var id = SessionRegistry.Of(current) is { } open && current.FindFirstValue(ClaimTypes.NameIdentifier) == user && await sessions.IsOpenAsync(open, user)
            ? open
            : await sessions.StartAsync(user, DeviceName.Of(context.Request.Headers.UserAgent.ToString()));
        Name(context.Principal!, id);
    }

    /// <summary>Refuses a cookie whose session was ended, and then asks what Identity asks.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var user = context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier);
        if (user is null || SessionRegistry.Of(context.Principal!) is not { } id || !await context.HttpContext.RequestServices.GetRequiredService<SessionRegistry>().IsOpenAsync(id, user))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
            return;
        }
        await SecurityStampValidator.ValidatePrincipalAsync(context);
    }

    /// <summary>Ends the session of a browser that signs out.</summary>
    public static async Task SigningOutAsync(CookieSigningOutContext context)
    {
        var user = context.HttpContext.User;
        if (user.FindFirstValue(ClaimTypes.NameIdentifier) is { } userId && SessionRegistry.Of(user) is { } session)
            await context.HttpContext.RequestServices.GetRequiredService<SessionRegistry>().EndAsync(userId, session);
    }

    /// <summary>Identity makes the claims anew once a minute; the session stays.</summary>
    public static Task RefreshingAsync(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal is { } current && SessionRegistry.Of(current) is { } id && context.NewPrincipal is { } renewed)
            Name(renewed, id);
        return Task.CompletedTask;
    }

    private static void Name(ClaimsPrincipal principal, Guid id)
    {
        var identity = (ClaimsIdentity)principal.Identity!;
        if (identity.FindFirst(SessionRegistry.Claim) is { } old)
            identity.RemoveClaim(old);
        identity.AddClaim(new(SessionRegistry.Claim, id.ToString()));
    }
}

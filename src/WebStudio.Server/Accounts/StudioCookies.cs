using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebStudio.Server.Access;
using WebStudio.Server.Accounts.Sessions;

namespace WebStudio.Server.Accounts;

/// <summary>
/// All cookies of the server: unread by scripts, not sent along by other sites, and where HTTPS is required under the prefix __Host-, by which a browser itself refuses them from another host or without HTTPS.
/// </summary>
internal sealed class StudioCookies(IOptions<AccessOptions> access) : IConfigureNamedOptions<CookieAuthenticationOptions>, IConfigureOptions<AntiforgeryOptions>
{
    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        Protect(options.Cookie, name == IdentityConstants.ApplicationScheme ? "webstudio" : $"webstudio-{name?.Replace("Identity.", "", StringComparison.Ordinal).ToLowerInvariant()}");
        if (name != IdentityConstants.ApplicationScheme)
            return;
        options.LoginPath = "/account/sign-in";
        options.AccessDeniedPath = "/account/denied";
        options.ReturnUrlParameter = "returnUrl";
        options.ExpireTimeSpan = SessionRegistry.Validity;
        options.Events.OnSigningIn = SessionCookies.SigningInAsync;
        options.Events.OnValidatePrincipal = SessionCookies.ValidateAsync;
        options.Events.OnSigningOut = SessionCookies.SigningOutAsync;
        // A program that asks for data is told so, not sent to a page.
        options.Events.OnRedirectToLogin = context => Answer(context.Request, context.Response, context.RedirectUri, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context.Request, context.Response, context.RedirectUri, StatusCodes.Status403Forbidden);
    }

    public void Configure(CookieAuthenticationOptions options) => Configure(Options.DefaultName, options);

    public void Configure(AntiforgeryOptions options) => Protect(options.Cookie, "webstudio-forms");

    private void Protect(CookieBuilder cookie, string name)
    {
        cookie.Name = access.Value.RequireHttps ? $"__Host-{name}" : name;
        cookie.SecurePolicy = access.Value.RequireHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.HttpOnly = true;
        cookie.Path = "/";
    }

    private static Task Answer(HttpRequest request, HttpResponse response, string page, int status)
    {
        if (request.IsForPage())
            response.Redirect(page);
        else
            response.StatusCode = status;
        return Task.CompletedTask;
    }
}

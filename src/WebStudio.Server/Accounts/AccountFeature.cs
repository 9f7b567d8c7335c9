using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Components.Accounts;
using WebStudio.Server.Access;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Data;

namespace WebStudio.Server.Accounts;

internal static class AccountFeature
{
    /// <summary>Identity with cookies, roles, second factor and passkeys; being signed in is asked for wherever nothing else is said.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<StudioUser>(options =>
        {
            options.Stores.SchemaVersion = IdentitySchemaVersions.Version3; // with passkeys
            options.User.RequireUniqueEmail = true;
            options.User.AllowedUserNameCharacters = ""; // any: the name is an e-mail address
            options.Password.RequiredLength = 10;
            options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            options.Lockout.MaxFailedAccessAttempts = 6;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
        }).AddRoles<IdentityRole>().AddEntityFrameworkStores<StudioDb>().AddSignInManager().AddDefaultTokenProviders().AddClaimsPrincipalFactory<StudioClaims>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, StudioCookies>();
        services.AddSingleton<IConfigureOptions<AntiforgeryOptions>, StudioCookies>();
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = TimeSpan.FromMinutes(1);
            options.OnRefreshingPrincipal = SessionCookies.RefreshingAsync;
        });
        services.AddSingleton<LiveConnections>().AddSingleton<SessionRegistry>();
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(SignedIn().Build())
            .SetFallbackPolicy(SignedIn().Build())
            .AddPolicy(Policies.Supervisor, policy => policy.Combine(SignedIn().RequireRole(StudioRoles.Supervisor).Build()))
            .AddPolicy(Policies.Admin, policy => policy.Combine(SignedIn().RequireRole(StudioRoles.Admin).Build()));
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddSingleton<Links>();
        services.AddScoped<IAccounts, Accounts>();
        services.AddScoped<IPeople, People>();
        services.AddHostedService<FirstStart>();
        return services;
    }

    /// <summary>By the cookie of a browser: programmes' tokens open the API and nothing else.</summary>
    private static AuthorizationPolicyBuilder SignedIn() => new AuthorizationPolicyBuilder(IdentityConstants.ApplicationScheme).RequireAuthenticatedUser();

    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapPost("/account/sign-out", async (IAccounts accounts) =>
        {
            await accounts.SignOutAsync();
            return TypedResults.LocalRedirect("/account/sign-in");
        }).AllowAnonymous().AddEndpointFilter<RequireSameOrigin>();
        // What the browser's passkey dialog is opened with (WebAuthn options as JSON).
        app.MapPost("/account/passkey-request", async (SignInManager<StudioUser> signIn) =>
            TypedResults.Content(await signIn.MakePasskeyRequestOptionsAsync(null!), "application/json")).AllowAnonymous().AddEndpointFilter<RequireSameOrigin>();
        app.MapPost("/account/passkey-creation", async (HttpContext http, UserManager<StudioUser> users, SignInManager<StudioUser> signIn) =>
            await users.GetUserAsync(http.User) is { } user
                ? Results.Content(await signIn.MakePasskeyCreationOptionsAsync(new() { Id = user.Id, Name = user.Email!, DisplayName = user.DisplayName }), "application/json")
                : Results.NotFound()).AddEndpointFilter<RequireSameOrigin>();
        return app;
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;

namespace WebStudio.Server.Accounts;

/// <summary>Adds what <see cref="Viewer"/> reads to the claims of an account.</summary>
internal sealed class StudioClaims(UserManager<StudioUser> users, RoleManager<IdentityRole> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<StudioUser, IdentityRole>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(StudioUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new(Viewer.StudioClaim, user.StudioId.ToString()));
        identity.AddClaim(new(Viewer.DisplayNameClaim, user.DisplayName));
        return identity;
    }
}

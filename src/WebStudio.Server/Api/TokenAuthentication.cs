using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Server.Accounts;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Api;

/// <summary>
/// Authorization: Bearer wst_…: the account of the token, with the token's scopes and no role. Programmes see what their owner made, never what the owner sees as a supervisor or does as an admin.
/// </summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IDbContextFactory<StudioDb> databases)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string Name = "token";

    /// <summary>Claim of a scope.</summary>
    public const string ScopeClaim = "webstudio:scope";

    /// <summary>Claim of the token's own id.</summary>
    public const string TokenClaim = "webstudio:token";

    /// <summary>How every secret begins, so that one that leaked into a file is recognised.</summary>
    public const string Prefix = "wst_";

    private const string Bearer = "Bearer ";
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    /// <summary>What the database keeps of a secret.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var hash = Hash(header[Bearer.Length..].Trim());
        var now = TimeProvider.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        var found = await (from t in db.ApiTokens.AsNoTracking() join u in db.Users on t.OwnerId equals u.Id where t.SecretHash == hash select new { Token = t, u.StudioId, u.DisplayName, u.LockoutEnd }).FirstOrDefaultAsync(Context.RequestAborted);
        if (found is null || found.Token.ExpiresAt <= now || found.LockoutEnd == StudioUser.LockedByAdmin)
            return AuthenticateResult.Fail("The token is unknown, revoked or expired.");
        if (found.Token.UsedAt is not { } used || now - used > Precision)
            await NoteUseAsync(db.ApiTokens.Where(t => t.Id == found.Token.Id), now);
        var identity = new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, found.Token.OwnerId), new(Viewer.StudioClaim, found.StudioId.ToString()), new(Viewer.DisplayNameClaim, found.DisplayName), new(TokenClaim, found.Token.Id.ToString()),
            .. found.Token.Scopes.Split(' ').Select(scope => new Claim(ScopeClaim, scope)),
        ], Scheme.Name);
        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), Scheme.Name));
    }

    private async Task NoteUseAsync(IQueryable<ApiToken> token, DateTimeOffset now)
    {
        try
        {
            await token.ExecuteUpdateAsync(set => set.SetProperty(t => t.UsedAt, now), Context.RequestAborted);
        }
        catch (Exception e) when (DiskFull.Caused(e))
        {
            // Let in without the note: looking needs no room.
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using WebStudio.Server.Data;

namespace WebStudio.Server.Accounts;

/// <summary>Links that let somebody in: invitations, the set-up link, password resets. The secret is in the link only; the database keeps its hash.</summary>
internal sealed class Links(IDbContextFactory<StudioDb> databases, TimeProvider time)
{
    private const int SecretBytes = 24;

    /// <summary>Makes a link.</summary>
    /// <returns>The secret, for the address.</returns>
    public async Task<string> CreateAsync(Invitation link, TimeSpan validity)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        link.SecretHash = Hash(secret);
        link.CreatedAt = time.GetUtcNow();
        link.ExpiresAt = link.CreatedAt + validity;
        await using var db = await databases.CreateDbContextAsync();
        db.Invitations.Add(link);
        await db.SaveChangesAsync();
        return secret;
    }

    /// <summary>The open link of a secret.</summary>
    public async Task<Invitation?> FindAsync(StudioDb db, string secret)
    {
        var hash = Hash(secret);
        var found = await db.Invitations.Include(link => link.Studio).SingleOrDefaultAsync(link => link.SecretHash == hash && link.AcceptedById == null);
        return found is not null && found.ExpiresAt > time.GetUtcNow() ? found : null;
    }

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Server.Data;
using WebStudio.Server.Api.Webhooks;

namespace WebStudio.Server.Api;

/// <summary>Tokens and webhooks of one's own account.</summary>
internal sealed class ApiAccess(IDbContextFactory<StudioDb> databases, WebhookSecrets secrets, WebhookSender sender, TimeProvider time) : IApiAccess
{
    private const string TestBegins = """{"event":"test",""";
    private const int SecretBytes = 32, Shown = 8, MostTokens = 50, MostWebhooks = 10, LongestName = 80, MostDays = 365;

    public async Task<IReadOnlyList<TokenEntry>> TokensAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var rows = await db.ApiTokens.AsNoTracking().Where(t => t.OwnerId == viewer.UserId).OrderByDescending(t => t.CreatedAt).ToListAsync();
        return [.. rows.Select(t => new TokenEntry(t.Id, t.Name, t.Start, t.Scopes.Split(' '), t.CreatedAt, t.ExpiresAt, t.UsedAt))];
    }

    public async Task<(string? Secret, string? Refusal)> CreateTokenAsync(Viewer viewer, string name, IReadOnlyCollection<string> scopes, int days)
    {
        name = name.Trim();
        var wanted = ApiScopes.All.Select(s => s.Scope).Where(scopes.Contains).ToList();
        if (name.Length is 0 or > LongestName)
            return (null, $"Say in 1 to {LongestName} characters what the token is for.");
        if (wanted.Count == 0)
            return (null, "Choose at least one thing that the token is good for.");
        if (days is < 1 or > MostDays)
            return (null, $"A token holds for 1 to {MostDays} days.");
        await using var db = await databases.CreateDbContextAsync();
        if (await db.ApiTokens.CountAsync(t => t.OwnerId == viewer.UserId) >= MostTokens)
            return (null, $"You have {MostTokens} tokens, the most there can be: revoke some first.");
        var secret = TokenAuthentication.Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = time.GetUtcNow();
        db.ApiTokens.Add(new() { OwnerId = viewer.UserId, Name = name, SecretHash = TokenAuthentication.Hash(secret), Start = secret[..Shown], Scopes = string.Join(' ', wanted), CreatedAt = now, ExpiresAt = now.AddDays(days) });
        await db.SaveChangesAsync();
        return (secret, null);
    }

    public async Task RevokeTokenAsync(Viewer viewer, Guid token)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.ApiTokens.Where(t => t.Id == token && t.OwnerId == viewer.UserId).ExecuteDeleteAsync();
    }

    public async Task<IReadOnlyList<WebhookEntry>> WebhooksAsync(Viewer viewer)
    {
        await using var db = await databases.CreateDbContextAsync();
        var rows = await db.Webhooks.AsNoTracking().Where(w => w.OwnerId == viewer.UserId).OrderByDescending(w => w.CreatedAt).Select(w => new { Row = w, Waiting = db.WebhookMessages.Count(m => m.WebhookId == w.Id) }).ToListAsync();
        return [.. rows.Select(w => new WebhookEntry(w.Row.Id, w.Row.Address, w.Row.CreatedAt, w.Row.LastAt, w.Row.LastResult, w.Waiting))];
    }

    public async Task<(string? Secret, string? Refusal)> AddWebhookAsync(Viewer viewer, string address)
    {
        if (!Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || address.Length > 500)
            return (null, "Enter an address that begins with https:// or http://, without a name and password in it.");
        if (await sender.RefusalAsync(uri) is { } refusal)
            return (null, refusal);
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Webhooks.CountAsync(w => w.OwnerId == viewer.UserId) >= MostWebhooks)
            return (null, $"You have {MostWebhooks} webhooks, the most there can be: remove some first.");
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        db.Webhooks.Add(new() { OwnerId = viewer.UserId, Address = uri.AbsoluteUri, ProtectedSecret = secrets.Protect(secret), CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync();
        return (secret, null);
    }

    public async Task RemoveWebhookAsync(Viewer viewer, Guid webhook)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Webhooks.Where(w => w.Id == webhook && w.OwnerId == viewer.UserId).ExecuteDeleteAsync();
    }

    public async Task<string?> TryWebhookAsync(Viewer viewer, Guid webhook)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (!await db.Webhooks.AnyAsync(w => w.Id == webhook && w.OwnerId == viewer.UserId))
            return null;
        if (await db.WebhookMessages.AnyAsync(m => m.WebhookId == webhook && m.Body.StartsWith(TestBegins)))
            return "The last test still waits to be delivered; it is tried again by itself.";
        var now = time.GetUtcNow();
        db.WebhookMessages.Add(new() { WebhookId = webhook, Body = WebhookOutbox.Json(new { Event = "test", At = now }), NextTryAt = now });
        await db.SaveChangesAsync();
        sender.Wake();
        return null;
    }
}

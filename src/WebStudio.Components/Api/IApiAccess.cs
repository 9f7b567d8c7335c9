using WebStudio.Components.Access;

namespace WebStudio.Components.Api;

/// <summary>A token as lists show it: the secret is shown once, when it is made.</summary>
/// <param name="Id">The token.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Start">First characters of the secret, to recognise it by.</param>
/// <param name="Scopes">Of <see cref="ApiScopes"/>.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="UsedAt">Last use, to about a minute; null for never.</param>
public sealed record TokenEntry(Guid Id, string Name, string Start, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt);

/// <summary>An address that is told when a job ends.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Address">Where it is sent.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastAt">Last try; null for none yet.</param>
/// <param name="LastResult">How the last try ended, in a few words.</param>
/// <param name="Waiting">Messages that were not delivered yet.</param>
public sealed record WebhookEntry(Guid Id, string Address, DateTimeOffset CreatedAt, DateTimeOffset? LastAt, string LastResult, int Waiting);

/// <summary>What the page for programmes needs: tokens and webhooks of one's own account.</summary>
public interface IApiAccess
{
    /// <summary>Tokens of the viewer, newest first.</summary>
    Task<IReadOnlyList<TokenEntry>> TokensAsync(Viewer viewer);

    /// <summary>Makes a token.</summary>
    /// <param name="viewer">Whose.</param>
    /// <param name="name">What it is for; up to 80 characters.</param>
    /// <param name="scopes">Of <see cref="ApiScopes"/>, at least one.</param>
    /// <param name="days">1 to 365.</param>
    /// <returns>The secret, shown once, or what speaks against it.</returns>
    Task<(string? Secret, string? Refusal)> CreateTokenAsync(Viewer viewer, string name, IReadOnlyCollection<string> scopes, int days);

    /// <summary>Revokes a token; it is refused from the next request on and its open connections end.</summary>
    Task RevokeTokenAsync(Viewer viewer, Guid token);

    /// <summary>Webhooks of the viewer.</summary>
    Task<IReadOnlyList<WebhookEntry>> WebhooksAsync(Viewer viewer);

    /// <summary>Adds a webhook.</summary>
    /// <param name="viewer">Whose.</param>
    /// <param name="address">An http or https address outside the server's own network.</param>
    /// <returns>The secret that signs its messages, shown once, or what speaks against it.</returns>
    Task<(string? Secret, string? Refusal)> AddWebhookAsync(Viewer viewer, string address);

    /// <summary>Removes a webhook with what waits for it.</summary>
    Task RemoveWebhookAsync(Viewer viewer, Guid webhook);

    /// <summary>Sends a message to try a webhook out.</summary>
    /// <returns>What speaks against it; null where it goes.</returns>
    Task<string?> TryWebhookAsync(Viewer viewer, Guid webhook);
}

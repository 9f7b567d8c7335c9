namespace WebStudio.Server.Accounts;

/// <summary>A link by which one person joins a studio, or sets a new password. Only the hash of its secret is kept.</summary>
internal sealed class Invitation
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    /// <summary>SHA-256 of the secret in the link, lower-case hexadecimal.</summary>
    public string SecretHash { get; set; } = "";

    public Guid StudioId { get; set; }

    public Studio? Studio { get; set; }

    /// <summary>Roles the account will have, comma-separated (<see cref="Components.Access.StudioRoles"/>).</summary>
    public required string Roles { get; set; }

    /// <summary>Whom it was made for, as the inviter wrote it; may be empty.</summary>
    public string Note { get; set; } = "";

    /// <summary>Account whose password it sets; null for an invitation.</summary>
    public string? ResetsUserId { get; set; }

    /// <summary>Who made it; null for the set-up link.</summary>
    public string? InvitedById { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Account made by it; null while it is open.</summary>
    public string? AcceptedById { get; set; }
}

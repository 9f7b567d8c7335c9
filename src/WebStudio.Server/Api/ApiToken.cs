using WebStudio.Server.Access;

namespace WebStudio.Server.Api;

/// <summary>A secret by which a program works in a user's name, within its scopes. Only the secret's hash is kept.</summary>
internal sealed class ApiToken : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    /// <summary>What it is for, as its owner wrote it.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the secret, lower-case hexadecimal.</summary>
    public required string SecretHash { get; set; }

    /// <summary>What it may do, comma-separated.</summary>
    public required string Scopes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null where it holds until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Within a minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebStudio.Server.Api;

/// <summary>A secret by which a programme acts for an account. Only its hash is kept.</summary>
internal sealed class ApiToken
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the secret, hexadecimal: 256 random bits need no slow hash.</summary>
    public required string SecretHash { get; set; }

    /// <summary>First characters of the secret.</summary>
    public required string Start { get; set; }

    /// <summary>Separated by spaces.</summary>
    public required string Scopes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class ApiTokenConfiguration : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.HasIndex(token => token.SecretHash).IsUnique();
        builder.HasIndex(token => token.OwnerId);
    }
}

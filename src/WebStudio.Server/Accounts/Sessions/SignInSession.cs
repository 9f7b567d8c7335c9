using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebStudio.Server.Accounts.Sessions;

/// <summary>One browser that is signed in. Its cookie holds as long as this row is there.</summary>
internal sealed class SignInSession
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string UserId { get; set; }

    /// <summary>Browser and system in a few words, so that its owner recognises it.</summary>
    public string Device { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Last request, to about a minute.</summary>
    public DateTimeOffset UsedAt { get; set; }
}

internal sealed class SignInSessionConfiguration : IEntityTypeConfiguration<SignInSession>
{
    public void Configure(EntityTypeBuilder<SignInSession> builder) => builder.HasIndex(session => session.UserId);
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebStudio.Server.Api.Webhooks;

/// <summary>An address that its owner wants told when a job ends.</summary>
internal sealed class Webhook
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public required string Address { get; set; }

    /// <summary>Signs the messages; encrypted with the server's keys.</summary>
    public required string ProtectedSecret { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastAt { get; set; }

    public string LastResult { get; set; } = "";
}

/// <summary>A message that waits to be delivered: written together with the end of the job, so that a crash loses none.</summary>
internal sealed class WebhookMessage
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid WebhookId { get; set; }

    public Webhook? Webhook { get; set; }

    /// <summary>JSON, as it is sent.</summary>
    public required string Body { get; set; }

    public int Tries { get; set; }

    public DateTimeOffset NextTryAt { get; set; }
}

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>, IEntityTypeConfiguration<WebhookMessage>
{
    public void Configure(EntityTypeBuilder<Webhook> builder) => builder.HasIndex(webhook => webhook.OwnerId);

    public void Configure(EntityTypeBuilder<WebhookMessage> builder)
    {
        builder.HasOne(message => message.Webhook).WithMany().HasForeignKey(message => message.WebhookId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(message => message.NextTryAt);
    }
}

using WebStudio.Server.Access;

namespace WebStudio.Server.Api;

/// <summary>An address of a user's own that is told when their jobs end.</summary>
internal sealed class Webhook : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    /// <summary>Absolute address, https or http.</summary>
    public required string Url { get; set; }

    /// <summary>Key of the signature, protected by the server's own keys.</summary>
    public required string Secret { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public List<WebhookDelivery> Deliveries { get; } = [];
}

/// <summary>One message to a webhook: a row until it has arrived, so that a restart loses none.</summary>
internal sealed class WebhookDelivery
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid WebhookId { get; set; }

    public Webhook? Webhook { get; set; }

    /// <summary>What happened: job.succeeded, job.failed …</summary>
    public required string Event { get; set; }

    /// <summary>JSON that is sent.</summary>
    public required string Payload { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it is tried next; null once it has arrived or was given up.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string Error { get; set; } = "";
}

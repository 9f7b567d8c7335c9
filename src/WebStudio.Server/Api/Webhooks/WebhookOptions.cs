namespace WebStudio.Server.Api.Webhooks;

/// <summary>Section Webhooks: where messages on ended jobs may go.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Whether webhooks may name addresses of the server's own machine and network. Off: a user could otherwise reach through the server what a firewall keeps from them.</summary>
    public bool AllowPrivateAddresses { get; set; }
}

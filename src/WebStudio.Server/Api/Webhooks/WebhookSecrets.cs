using Microsoft.AspNetCore.DataProtection;

namespace WebStudio.Server.Api.Webhooks;

/// <summary>Secrets of webhooks have to be known again to sign with: they are kept encrypted with the server's keys, so that a copy of the database alone gives none away.</summary>
internal sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("webhook secrets");

    public string Protect(string secret) => _protector.Protect(secret);

    public string Unprotect(string kept) => _protector.Unprotect(kept);
}

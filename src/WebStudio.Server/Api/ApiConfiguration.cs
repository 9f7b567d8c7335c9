using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;

namespace WebStudio.Server.Api;

internal sealed class ApiTokenConfiguration : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(token => token.OwnerId);
        builder.HasIndex(token => token.SecretHash).IsUnique();
    }
}

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> builder) => builder.HasOne<StudioUser>().WithMany().HasForeignKey(hook => hook.OwnerId);
}

internal sealed class WebhookDeliveryConfiguration : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.HasOne(delivery => delivery.Webhook).WithMany(hook => hook.Deliveries).HasForeignKey(delivery => delivery.WebhookId);
        builder.HasIndex(delivery => delivery.DueAt);
    }
}

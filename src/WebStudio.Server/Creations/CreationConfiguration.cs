using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Creations;

internal sealed class CreationConfiguration : IEntityTypeConfiguration<Creation>
{
    public void Configure(EntityTypeBuilder<Creation> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(creation => creation.OwnerId);
        builder.HasOne(creation => creation.Version).WithMany().HasForeignKey(creation => creation.VersionId);
        builder.HasIndex(creation => new { creation.OwnerId, creation.RequestId }).IsUnique();
        builder.HasIndex(creation => creation.State);
        builder.HasQueryFilter(Bin.Filter, creation => creation.Version!.DeletedAt == null);
        builder.Property(creation => creation.State).HasConversion<string>();
        builder.Property(creation => creation.Kind).HasConversion<string>();
    }
}

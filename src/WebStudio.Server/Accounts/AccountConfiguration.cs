using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Accounts;

internal sealed class StudioUserConfiguration : IEntityTypeConfiguration<StudioUser>
{
    public void Configure(EntityTypeBuilder<StudioUser> builder)
    {
        builder.HasOne(user => user.Studio).WithMany().HasForeignKey(user => user.StudioId).OnDelete(DeleteBehavior.Restrict);
        builder.HasQueryFilter(Bin.Filter, user => user.DeletedAt == null); // Identity finds nobody who is in the bin: no cookie of theirs holds
    }
}

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.HasOne(invitation => invitation.Studio).WithMany().HasForeignKey(invitation => invitation.StudioId);
        builder.HasIndex(invitation => invitation.SecretHash).IsUnique();
    }
}

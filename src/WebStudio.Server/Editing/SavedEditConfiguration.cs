using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;
using WebStudio.Server.Creations;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Editing;

internal sealed class SavedEditConfiguration : IEntityTypeConfiguration<SavedEdit>
{
    public void Configure(EntityTypeBuilder<SavedEdit> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(edit => edit.OwnerId);
        builder.HasOne(edit => edit.Version).WithMany().HasForeignKey(edit => edit.VersionId);
        builder.HasQueryFilter(Bin.Filter, edit => edit.Version!.DeletedAt == null);
        builder.HasOne<Creation>().WithMany().HasForeignKey(edit => edit.CreationId);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;
using WebStudio.Server.Creations;

namespace WebStudio.Server.Editing;

internal sealed class SavedEditConfiguration : IEntityTypeConfiguration<SavedEdit>
{
    public void Configure(EntityTypeBuilder<SavedEdit> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(edit => edit.OwnerId);
        builder.HasOne(edit => edit.Version).WithMany().HasForeignKey(edit => edit.VersionId);
        builder.HasOne<Creation>().WithMany().HasForeignKey(edit => edit.CreationId);
    }
}

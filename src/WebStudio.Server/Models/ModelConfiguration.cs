using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Models;

internal sealed class ModelConfiguration : IEntityTypeConfiguration<Model>
{
    public void Configure(EntityTypeBuilder<Model> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(model => model.OwnerId);
        builder.HasOne(model => model.Album).WithMany().HasForeignKey(model => model.AlbumId);
        builder.HasIndex(model => new { model.StudioId, model.OwnerId });
        builder.HasQueryFilter(Bin.Filter, model => model.DeletedAt == null);
    }
}

internal sealed class ModelVersionConfiguration : IEntityTypeConfiguration<ModelVersion>
{
    public void Configure(EntityTypeBuilder<ModelVersion> builder)
    {
        builder.HasOne(version => version.Model).WithMany(model => model.Versions).HasForeignKey(version => version.ModelId);
        builder.HasIndex(version => new { version.ModelId, version.Number }).IsUnique();
        builder.HasIndex(version => new { version.StudioId, version.OwnerId });
        builder.HasQueryFilter(Bin.Filter, version => version.DeletedAt == null);
    }
}

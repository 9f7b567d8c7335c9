using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;
using WebStudio.Server.Albums;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Jobs;

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(job => job.OwnerId);
        builder.HasOne<Album>().WithMany().HasForeignKey(job => job.AlbumId);
        builder.HasOne(job => job.Model).WithMany().HasForeignKey(job => job.ModelId);
        builder.HasIndex(job => new { job.OwnerId, job.RequestId }).IsUnique();
        builder.HasIndex(job => job.State);
        builder.HasQueryFilter(Bin.Filter, job => job.Model!.DeletedAt == null);
        builder.Property(job => job.State).HasConversion<string>();
        builder.Property(job => job.Kind).HasConversion<string>().HasDefaultValue(JobKind.Training);
    }
}

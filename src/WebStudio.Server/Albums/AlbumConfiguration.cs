using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;
using WebStudio.Server.Deletions;

namespace WebStudio.Server.Albums;

internal sealed class AlbumConfiguration : IEntityTypeConfiguration<Album>
{
    public void Configure(EntityTypeBuilder<Album> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(album => album.OwnerId);
        builder.OwnsOne(album => album.Consent);
        builder.HasIndex(album => new { album.StudioId, album.OwnerId });
        builder.HasQueryFilter(Bin.Filter, album => album.DeletedAt == null);
    }
}

internal sealed class PhotoConfiguration : IEntityTypeConfiguration<Photo>
{
    public void Configure(EntityTypeBuilder<Photo> builder)
    {
        builder.HasOne(photo => photo.Album).WithMany(album => album.Photos).HasForeignKey(photo => photo.AlbumId);
        builder.HasIndex(photo => new { photo.AlbumId, photo.UploadSha256 }).IsUnique();
        builder.HasIndex(photo => new { photo.AlbumId, photo.FileName }).IsUnique();
        builder.HasIndex(photo => new { photo.AlbumId, photo.Verdict }); // photos are counted by it for every card
        builder.Property(photo => photo.Verdict).HasConversion<string>();
        builder.HasQueryFilter(Bin.Filter, photo => photo.Album!.DeletedAt == null);
    }
}

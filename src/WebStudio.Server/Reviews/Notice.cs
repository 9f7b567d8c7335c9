using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Accounts;

namespace WebStudio.Server.Reviews;

/// <summary>Something a user is to know, until they have read it.</summary>
internal sealed class Notice
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string UserId { get; set; }

    public required string Text { get; set; }

    /// <summary>Page that shows more.</summary>
    public required string Href { get; set; }

    public DateTimeOffset At { get; set; }

    public DateTimeOffset? ReadAt { get; set; }
}

internal sealed class NoticeConfiguration : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(notice => notice.UserId);
        builder.HasIndex(notice => new { notice.UserId, notice.ReadAt });
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Components.Reviews;
using WebStudio.Server.Access;
using WebStudio.Server.Accounts;
using WebStudio.Server.Deletions;
using WebStudio.Server.Editing;
using WebStudio.Server.Models;

namespace WebStudio.Server.Reviews;

/// <summary>One round of the review of a version, or of an edit kept with it: sent by its author, decided by a supervisor. Sent again, it is another row: the history stays.</summary>
internal sealed class Review : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    /// <summary>The author.</summary>
    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    public Guid VersionId { get; set; }

    public ModelVersion? Version { get; set; }

    /// <summary>The kept edit that is reviewed; null where the version itself is.</summary>
    public Guid? EditId { get; set; }

    public SavedEdit? Edit { get; set; }

    public ReviewState State { get; set; }

    /// <summary>What the author says when sending it.</summary>
    public string Note { get; set; } = "";

    /// <summary>What is to be changed, or why it was rejected.</summary>
    public string Comment { get; set; } = "";

    public DateTimeOffset SentAt { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Account of the supervisor.</summary>
    public string? DecidedBy { get; set; }
}

internal sealed class ReviewConfiguration : IEntityTypeConfiguration<Review>
{
    public void Configure(EntityTypeBuilder<Review> builder)
    {
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(review => review.OwnerId);
        builder.HasOne(review => review.Version).WithMany().HasForeignKey(review => review.VersionId);
        builder.HasOne(review => review.Edit).WithMany().HasForeignKey(review => review.EditId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(review => new { review.StudioId, review.State });
        builder.HasQueryFilter(Bin.Filter, review => review.Version!.DeletedAt == null);
        builder.Property(review => review.State).HasConversion<string>();
    }
}

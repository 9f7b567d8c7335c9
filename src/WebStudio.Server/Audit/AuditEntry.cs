using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebStudio.Server.Audit;

/// <summary>Something that was done and has to stay known: rows are added and never changed. Identifiers and words, no names: what was erased is not named here either.</summary>
internal sealed class AuditEntry
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public DateTimeOffset At { get; set; }

    /// <summary>Account of whoever did it; it may have been deleted since.</summary>
    public required string ActorId { get; set; }

    public Guid StudioId { get; set; }

    /// <summary>What was done, one of <see cref="AuditActions"/>.</summary>
    public required string Action { get; set; }

    /// <summary>Kind of thing it was done to: album, model, version, review, studio …</summary>
    public required string Subject { get; set; }

    public Guid SubjectId { get; set; }

    /// <summary>What else matters, in a few words.</summary>
    public string Detail { get; set; } = "";
}

internal sealed class AuditConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.HasIndex(entry => new { entry.StudioId, entry.At });
        builder.HasIndex(entry => new { entry.SubjectId, entry.At }); // whether somebody looked at it just now is asked with every look
    }
}

/// <summary>What the log knows of.</summary>
internal static class AuditActions
{
    public const string Viewed = "viewed", Exported = "exported", Trained = "training started", SentForReview = "sent for review", Approved = "approved", SentBack = "sent back", Rejected = "rejected",
        ConsentChanged = "consent changed", Deleted = "deleted", SettingChanged = "setting changed", SignedIn = "signed in", ExportRefused = "export refused", QueueChanged = "queue changed", Restored = "put back", Erased = "erased";

    public static IReadOnlyList<string> All { get; } = [SignedIn, Viewed, Exported, ExportRefused, Trained, SentForReview, Approved, SentBack, Rejected, ConsentChanged, Deleted, Restored, Erased, QueueChanged, SettingChanged];
}

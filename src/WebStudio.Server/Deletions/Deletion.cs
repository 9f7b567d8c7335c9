using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebStudio.Server.Access;

namespace WebStudio.Server.Deletions;

/// <summary>Where something deleted is.</summary>
internal enum DeletionState
{
    /// <summary>In the bin: not shown anywhere else, and can be put back.</summary>
    Binned,

    /// <summary>Its erasure has begun: it cannot be put back, and what is left is erased after the next start.</summary>
    Erasing,

    /// <summary>Rows and files are gone; this row is what is left of it.</summary>
    Erased,

    /// <summary>Was put back.</summary>
    Restored,
}

/// <summary>What was deleted.</summary>
internal enum DeletionKind
{
    /// <summary>An album with the models made from it.</summary>
    Album,

    /// <summary>A model with its versions.</summary>
    Model,

    /// <summary>A version with what was made with it.</summary>
    Version,

    /// <summary>An account with everything it owns.</summary>
    Account,
}

/// <summary>Something in the bin, and after its erasure the record that it was erased: no name, no person, only identifiers, times and amounts.</summary>
internal sealed class Deletion : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    /// <summary>Account it belonged to. No foreign key: the record outlives the account.</summary>
    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    public DeletionKind Kind { get; set; }

    /// <summary>Identifier of the album, model or version; of an account its own, as far as it is a GUID.</summary>
    public Guid SubjectId { get; set; }

    /// <summary>What it is called, for the bin; emptied by the erasure.</summary>
    public string Name { get; set; } = "";

    public DeletionState State { get; set; }

    /// <summary>Account of whoever deleted it.</summary>
    public required string DeletedById { get; set; }

    public DateTimeOffset DeletedAt { get; set; }

    /// <summary>When it is erased for good.</summary>
    public DateTimeOffset EraseAt { get; set; }

    /// <summary>When it was erased, or put back.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Files that were erased.</summary>
    public int Files { get; set; }

    /// <summary>Their size, in bytes.</summary>
    public long Bytes { get; set; }
}

internal sealed class DeletionConfiguration : IEntityTypeConfiguration<Deletion>
{
    public void Configure(EntityTypeBuilder<Deletion> builder)
    {
        builder.HasIndex(deletion => new { deletion.State, deletion.EraseAt });
        builder.HasIndex(deletion => new { deletion.OwnerId, deletion.State });
        builder.Property(deletion => deletion.State).HasConversion<string>();
        builder.Property(deletion => deletion.Kind).HasConversion<string>();
    }
}

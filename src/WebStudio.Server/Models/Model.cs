using WebStudio.Server.Access;
using WebStudio.Server.Albums;

namespace WebStudio.Server.Models;

/// <summary>What is made from an album: a line of versions of one person's model.</summary>
internal sealed class Model : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    public Guid AlbumId { get; set; }

    public Album? Album { get; set; }

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The version that the editor opens; null before the first is trained.</summary>
    public Guid? CurrentVersionId { get; set; }

    /// <summary>When it went to the bin; null while it is in use. What is in the bin does not exist for queries that do not ask for it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public List<ModelVersion> Versions { get; } = [];
}

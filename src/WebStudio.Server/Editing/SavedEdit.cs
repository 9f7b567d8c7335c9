using WebStudio.Server.Access;
using WebStudio.Server.Models;

namespace WebStudio.Server.Editing;

/// <summary>An edit a user kept: where it starts from and where its sliders stand.</summary>
internal sealed class SavedEdit : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    public Guid VersionId { get; set; }

    public ModelVersion? Version { get; set; }

    /// <summary>The creation it starts from; null for a photo of the album or a portrait by its seed.</summary>
    public Guid? CreationId { get; set; }

    public required string Name { get; set; }

    /// <summary>JSON: starting point (photo or seed) and coordinates.</summary>
    public required string Coordinates { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

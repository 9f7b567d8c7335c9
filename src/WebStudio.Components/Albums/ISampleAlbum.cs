using WebStudio.Components.Access;

namespace WebStudio.Components.Albums;

/// <summary>Makes an album of a person who does not exist, for trying the studio out.</summary>
public interface ISampleAlbum
{
    /// <summary>Renders the photos of a synthetic person and puts them into a new album, labelled as such.</summary>
    /// <returns>The album.</returns>
    Task<Guid> CreateAsync(Viewer viewer);
}

using WebStudio.Components.Access;

namespace WebStudio.Components.Albums;

/// <summary>Makes an album of a person who does not exist, so that a newcomer without photos can walk the whole way.</summary>
public interface ISampleAlbum
{
    /// <summary>Makes the album, labelled as synthetic and with a consent that says so; takes some seconds.</summary>
    /// <param name="viewer">Whose album it will be.</param>
    /// <param name="progress">Photos made, and how many there will be.</param>
    /// <param name="cancel">Ends it; nothing of the album is left.</param>
    /// <returns>The album.</returns>
    Task<Guid> CreateAsync(Viewer viewer, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancel = default);
}

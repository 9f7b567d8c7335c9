using WebStudio.Components.Access;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Components.Albums;

/// <summary>What the album pages need of the host. What the viewer may not see is not there; errors a user can cause are <see cref="Gpu.InvalidInputException"/> with a sentence.</summary>
public interface IAlbums
{
    /// <summary>A page of the viewer's own albums, newest first.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="page">From 0.</param>
    Task<Paged<AlbumCard>> OwnAsync(Viewer viewer, int page);

    /// <summary>A page of the studio's albums that are not the viewer's own, newest first; empty for whoever is no supervisor.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="page">From 0.</param>
    Task<Paged<AlbumCard>> OthersAsync(Viewer viewer, int page);

    /// <summary>All albums the viewer may look at, newest first, a supervisor's own before those of the studio; for programmes, and so without covers.</summary>
    Task<IReadOnlyList<AlbumCard>> ListAsync(Viewer viewer);

    /// <summary>One album as in that list; null when it does not exist for the viewer.</summary>
    Task<AlbumCard?> CardAsync(Viewer viewer, Guid albumId);

    /// <summary>Makes an empty album and returns its id.</summary>
    Task<Guid> CreateAsync(Viewer viewer, AlbumDraft draft);

    /// <summary>One album; null when it does not exist for the viewer.</summary>
    Task<AlbumView?> FindAsync(Viewer viewer, Guid albumId);

    /// <summary>Its photos in the order in which they came; empty when the album does not exist for the viewer.</summary>
    Task<IReadOnlyList<PhotoView>> PhotosAsync(Viewer viewer, Guid albumId);

    /// <summary>Changes name, person and consent.</summary>
    Task UpdateAsync(Viewer viewer, Guid albumId, AlbumDraft draft);

    /// <summary>Removes an album with its photos, models and edits; refused while a training uses it.</summary>
    Task DeleteAsync(Viewer viewer, Guid albumId);

    /// <summary>Replaces what the user decided on a photo; curation follows in the background.</summary>
    Task DecideAsync(Viewer viewer, Guid photoId, PhotoOverride decision);

    /// <summary>Removes a photo; refused while a training uses the album.</summary>
    Task DeletePhotoAsync(Viewer viewer, Guid photoId);

    /// <summary>Tells of changes to an album, several at once as one; on another thread than the page's.</summary>
    /// <param name="albumId">An album the viewer was shown.</param>
    /// <param name="changed">Called after a change, until the result is disposed.</param>
    IDisposable Watch(Guid albumId, Action changed);
}

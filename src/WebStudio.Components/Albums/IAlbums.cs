using WebStudio.Components.Access;

namespace WebStudio.Components.Albums;

/// <summary>What the album pages need. What is not visible to the viewer is null or does nothing.</summary>
public interface IAlbums
{
    /// <summary>Albums the viewer may look at, newest first.</summary>
    Task<IReadOnlyList<AlbumCard>> ListAsync(Viewer viewer);

    /// <summary>Makes an album.</summary>
    /// <returns>Its id.</returns>
    Task<Guid> CreateAsync(Viewer viewer, string name, string person, ConsentEntry? consent);

    /// <summary>An album with all its photos; null when there is none for this viewer.</summary>
    Task<AlbumView?> FindAsync(Viewer viewer, Guid album);

    /// <summary>Records or withdraws the consent.</summary>
    Task SetConsentAsync(Viewer viewer, Guid album, ConsentEntry? consent);

    /// <summary>Changes name and person.</summary>
    Task RenameAsync(Viewer viewer, Guid album, string name, string person);

    /// <summary>Keeps the user's decisions on a photo; the album is then curated anew.</summary>
    Task DecideAsync(Viewer viewer, Guid album, Guid photo, PhotoDecisions decisions);

    /// <summary>Deletes a photo with its files.</summary>
    Task DeletePhotoAsync(Viewer viewer, Guid album, Guid photo);

    /// <summary>Deletes an album with its photos and models.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> DeleteAsync(Viewer viewer, Guid album);

    /// <summary>Calls back on any thread, at most a few times a second, when photos, verdicts or decisions of an album changed; until disposed.</summary>
    IDisposable Subscribe(Guid album, Action changed);
}

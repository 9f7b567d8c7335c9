using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Components.Tests.Albums;

/// <summary>Albums as a test sets them up, and what pages did to them.</summary>
internal sealed class KnownAlbums : IAlbums
{
    public IReadOnlyList<AlbumCard> Cards { get; set; } = [];

    public AlbumView? Album { get; set; }

    public IReadOnlyList<PhotoView> Photos { get; set; } = [];

    /// <summary>While it is set, the list waits for it.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public List<AlbumDraft> Created { get; } = [];

    public List<PhotoOverride> Decided { get; } = [];

    /// <summary>Cards of a page.</summary>
    public int PageSize { get; set; } = 24;

    public async Task<Paged<AlbumCard>> OwnAsync(Viewer viewer, int page)
    {
        if (Hold is { } hold)
            await hold.Task;
        return Pages.Of([.. Cards.Where(c => c.Owner is null)], page, PageSize);
    }

    public Task<Paged<AlbumCard>> OthersAsync(Viewer viewer, int page) => Task.FromResult(Pages.Of([.. Cards.Where(c => c.Owner is not null)], page, PageSize));

    public Task<IReadOnlyList<AlbumCard>> ListAsync(Viewer viewer) => throw new NotSupportedException();

    public Task<AlbumCard?> CardAsync(Viewer viewer, Guid albumId) => throw new NotSupportedException();

    public Task<Guid> CreateAsync(Viewer viewer, AlbumDraft draft)
    {
        Created.Add(draft);
        return Task.FromResult(AlbumPhotos.AlbumId);
    }

    public Task<AlbumView?> FindAsync(Viewer viewer, Guid albumId) => Task.FromResult(Album);

    public Task<IReadOnlyList<PhotoView>> PhotosAsync(Viewer viewer, Guid albumId) => Task.FromResult(Photos);

    public Task UpdateAsync(Viewer viewer, Guid albumId, AlbumDraft draft) => throw new NotSupportedException();

    public Task DeleteAsync(Viewer viewer, Guid albumId) => throw new NotSupportedException();

    public Task DecideAsync(Viewer viewer, Guid photoId, PhotoOverride decision)
    {
        Decided.Add(decision);
        Photos = [.. Photos.Select(p => p.Id == photoId ? p with { Decision = decision } : p)];
        return Task.CompletedTask;
    }

    public Task DeletePhotoAsync(Viewer viewer, Guid photoId) => throw new NotSupportedException();

    public IDisposable Watch(Guid albumId, Action changed) => new Subscription(() => { });
}

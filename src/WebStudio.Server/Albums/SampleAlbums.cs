using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Applications.Samples;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>Makes sample albums: renders the photos on the device, one slice each, and stores them as if they had been uploaded.</summary>
internal sealed class SampleAlbums(GpuExecutor device, ComputeContext context, PhotoStore photos, IDbContextFactory<StudioDb> databases, DataFolders folders, TimeProvider clock) : ISampleAlbum
{
    public async Task<Guid> CreateAsync(Viewer viewer, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancel = default)
    {
        // In float32, so that two machines make the same album.
        var source = await device.Background(() => SampleAlbum.Open(BaseFolder.Open(BaseFolder.BuiltIn), context with { Precision = TorchSharp.torch.ScalarType.Float32 }), cancel);
        try
        {
            var album = await AddAlbumAsync(viewer, cancel);
            try
            {
                for (var i = 0; i < source.Count; i++)
                {
                    var number = i;
                    var picture = await device.Background(() => source.Photo(number), cancel);
                    using var file = new MemoryStream(ImageEncoder.Encode(picture, ImageFormat.Jpeg, 95));
                    await photos.AddAsync(album, $"synthetic-{number + 1:00}.jpg", file, cancel);
                    progress?.Report((number + 1, source.Count));
                }
            }
            catch
            {
                await RemoveAsync(album);
                throw;
            }
            return album.Id;
        }
        finally
        {
            await device.Background(() => { source.Dispose(); return true; }, CancellationToken.None);
        }
    }

    private async Task<Album> AddAlbumAsync(Viewer viewer, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var album = new Album
        {
            OwnerId = viewer.UserId,
            StudioId = viewer.StudioId,
            Name = "Sample album",
            Person = "Synthetic person",
            IsSample = true,
            CreatedAt = now,
            Consent = new() { GivenBy = "Nobody: a synthetic person", Scope = "Drawn by the built-in base model; nobody's consent is needed.", RecordedAt = now },
        };
        await using var db = await databases.CreateDbContextAsync(cancel);
        db.Albums.Add(album);
        await db.SaveChangesAsync(cancel);
        return album;
    }

    private async Task RemoveAsync(Album album)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Albums.Where(a => a.Id == album.Id).ExecuteDeleteAsync();
        if (Directory.Exists(folders.Album(album.OwnerId, album.Id)))
            Directory.Delete(folders.Album(album.OwnerId, album.Id), recursive: true);
    }
}

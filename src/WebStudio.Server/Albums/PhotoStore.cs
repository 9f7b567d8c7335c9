using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Albums;

/// <summary>What became of an upload.</summary>
/// <param name="PhotoId">The photo; where it was there already, the one that is.</param>
/// <param name="FileName">Its name in the album.</param>
/// <param name="IsDuplicate">True when the same file was uploaded before; nothing was added then.</param>
internal readonly record struct PhotoAdded(Guid PhotoId, string FileName, bool IsDuplicate);

/// <summary>
/// Takes photos in: streamed to a file beside their place, told apart by the hash of what was uploaded, checked, freed of what tells where they were taken (<see cref="PhotoIntake"/>), and
/// only then named by a row. What is refused or broken off leaves nothing.
/// </summary>
internal sealed class PhotoStore(IDbContextFactory<StudioDb> databases, DataFolders folders, StorageQuota quota, IOptions<AlbumOptions> options, PictureDecoding decoding, AlbumFeed feed, TimeProvider time) : IDisposable
{
    // Counting the photos of an album, finding a free name and adding the row belong together.
    private readonly SemaphoreSlim _adding = new(1);

    /// <summary>Adds a photo.</summary>
    /// <param name="album">Where to; the caller has made sure that the user may change it.</param>
    /// <param name="fileName">As uploaded; folders in it are dropped, and a number is added where it is taken.</param>
    /// <param name="content">The file, read to its end.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <exception cref="InvalidInputException">The file is no picture, damaged or over a limit, or the album is full or gone; a sentence for the user.</exception>
    public async Task<PhotoAdded> AddAsync(Album album, string fileName, Stream content, CancellationToken cancel)
    {
        var name = PhotoName.Clean(fileName);
        await using (var db = await databases.CreateDbContextAsync(cancel))
        {
            RequireRoom(await db.Photos.CountAsync(p => p.AlbumId == album.Id, cancel));
            if (await quota.RefusalAsync(db, album.OwnerId, 0, cancel) is { } full)
                throw new InvalidInputException(full); // before anything is sent that cannot stay
        }
        var place = PhotoPlace.Of(folders, album.OwnerId, album.Id, Guid.CreateVersion7());
        Directory.CreateDirectory(place.Folder);
        var upload = Path.Combine(place.Folder, $".{place.PhotoId:N}.partial");
        try
        {
            var hash = await ReceiveAsync(content, upload, name, cancel);
            await using (var db = await databases.CreateDbContextAsync(cancel))
            {
                if (await TwinAsync(db, album.Id, hash, cancel) is { } twin)
                    return twin;
                if (await quota.RefusalAsync(db, album.OwnerId, new FileInfo(upload).Length, cancel) is { } full)
                    throw new InvalidInputException(full);
            }
            var photo = await TakeInAsync(place, upload, name, hash, cancel);
            photo.AlbumId = album.Id;
            var added = await AddRowAsync(photo, cancel);
            if (added.IsDuplicate)
                place.Delete(); // the same file came twice at the same time
            return added;
        }
        catch (Exception error)
        {
            place.Delete();
            if (DiskFull.Caused(error))
                throw new InvalidInputException($"{name} was not taken in: {DiskFull.Sentence}", error);
            if (IsGone(error) || IsGone(error.InnerException))
                throw Deleted(error); // with its folder
            throw;
        }
        finally
        {
            if (File.Exists(upload))
                File.Delete(upload);
        }
    }

    /// <summary>Removes photos of one album: rows first, so that a crash leaves files without a row and never the reverse.</summary>
    public async Task RemoveAsync(Album album, IReadOnlyList<Guid> photos, CancellationToken cancel)
    {
        await using (var db = await databases.CreateDbContextAsync(cancel))
        {
            // Also where the album goes to the bin at this moment: no row may stay whose file goes.
            await db.Photos.IgnoreQueryFilters(Bin.Filters).Where(p => p.AlbumId == album.Id && photos.Contains(p.Id)).ExecuteDeleteAsync(cancel);
            await db.Albums.IgnoreQueryFilters(Bin.Filters).Where(a => a.Id == album.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Revision, a => a.Revision + 1), cancel);
        }
        foreach (var id in photos)
            PhotoPlace.Of(folders, album.OwnerId, album.Id, id).Delete();
        feed.Changed(album.Id);
    }

    public void Dispose() => _adding.Dispose();

    private async Task<string> ReceiveAsync(Stream content, string path, string name, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 16];
        var length = 0L;
        for (int count; (count = await content.ReadAsync(buffer, cancel)) > 0;)
        {
            if ((length += count) > options.Value.MaxFileBytes)
                throw new InvalidInputException($"{name} is larger than {options.Value.MaxFileMegabytes} MB, the most that is accepted for one photo.");
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancel);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Task<Photo> TakeInAsync(PhotoPlace place, string upload, string name, string uploadHash, CancellationToken cancel) => decoding.RunAsync(
        () =>
        {
            var intake = PhotoIntake.Of(File.ReadAllBytes(upload), name, options.Value.Intake);
            PhotoThumb.Write(place, intake.Image);
            AtomicFile.Write(place.Photo, stream => stream.Write(intake.Content));
            return new Photo
            {
                Id = place.PhotoId,
                FileName = name,
                UploadSha256 = uploadHash,
                ContentType = intake.MediaType,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(intake.Content)),
                Bytes = intake.Content.Length,
                Width = intake.Image.Width,
                Height = intake.Image.Height,
                UploadedAt = time.GetUtcNow(),
            };
        },
        cancel);

    private async Task<PhotoAdded> AddRowAsync(Photo photo, CancellationToken cancel)
    {
        await _adding.WaitAsync(cancel);
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            if (await TwinAsync(db, photo.AlbumId, photo.UploadSha256, cancel) is { } twin)
                return twin;
            var names = await db.Photos.Where(p => p.AlbumId == photo.AlbumId).Select(p => p.FileName).ToListAsync(cancel);
            RequireRoom(names.Count);
            photo.FileName = PhotoName.Free(photo.FileName, names);
            var album = await db.Albums.SingleOrDefaultAsync(a => a.Id == photo.AlbumId, cancel) ?? throw Deleted(null);
            album.Revision++;
            db.Photos.Add(photo);
            await db.SaveChangesAsync(cancel);
        }
        finally
        {
            _adding.Release();
        }
        feed.Changed(photo.AlbumId);
        return new(photo.Id, photo.FileName, false);
    }

    private static async Task<PhotoAdded?> TwinAsync(StudioDb db, Guid albumId, string hash, CancellationToken cancel) =>
        await db.Photos.Where(p => p.AlbumId == albumId && p.UploadSha256 == hash).Select(p => new { p.Id, p.FileName }).SingleOrDefaultAsync(cancel) is { } twin
            ? new(twin.Id, twin.FileName, true)
            : null;

    /// <summary>The album went, or its row between two queries.</summary>
    private static bool IsGone(Exception? error) => error is FileNotFoundException or DirectoryNotFoundException or DbUpdateConcurrencyException || StudioDatabase.IsConstraint(error);

    private static InvalidInputException Deleted(Exception? error) => new("The album was deleted meanwhile.", error);

    private void RequireRoom(int photos)
    {
        if (photos >= options.Value.MaxPhotos)
            throw new InvalidInputException($"The album is full: it holds {photos} photos, at most {options.Value.MaxPhotos} are accepted.");
    }
}

using System.Buffers;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>How an upload ended.</summary>
/// <param name="Outcome">added, duplicate or refused.</param>
/// <param name="PhotoId">The new photo, or the one it repeats.</param>
/// <param name="Message">Why it was refused, or what it repeats; empty when added.</param>
internal sealed record PhotoAdded(string Outcome, Guid? PhotoId, string Message)
{
    public static PhotoAdded Refused(string why) => new("refused", null, why);
}

/// <summary>
/// Takes photos in: the stream goes to a file beside its place while it is hashed, is decoded by its content, turned upright and written anew without metadata (and so without
/// the place it was taken at); the row comes last. Whatever goes wrong leaves neither file nor row.
/// </summary>
internal sealed class PhotoStore(IDbContextFactory<StudioDb> databases, PhotoFiles files, AlbumCuration curation, IOptions<AlbumOptions> options, TimeProvider time)
{
    private const int JpegQuality = 95;

    // Decoding 50 megapixels takes 350 MB: a few at a time, however many uploads come.
    private readonly SemaphoreSlim _decoding = new(2);

    /// <summary>Adds one photo.</summary>
    /// <param name="album">The album; the caller made sure that it may be changed.</param>
    /// <param name="fileName">As the user calls it; made unique within the album.</param>
    /// <param name="content">The file, read once to its end.</param>
    /// <param name="cancel">An aborted upload.</param>
    public async Task<PhotoAdded> AddAsync(Album album, string fileName, Stream content, CancellationToken cancel = default)
    {
        var name = CleanName(fileName);
        var upload = files.NewUpload(album);
        try
        {
            if (await ReceiveAsync(content, upload, cancel) is not { } hash)
                return PhotoAdded.Refused($"{name} is larger than {options.Value.MaxFileMegabytes} MB, the most that is accepted for one photo.");
            await using var db = await databases.CreateDbContextAsync(cancel);
            if (await db.Photos.AsNoTracking().FirstOrDefaultAsync(p => p.AlbumId == album.Id && p.UploadSha256 == hash, cancel) is { } twin)
                return new("duplicate", twin.Id, $"{name} is the same file as {twin.FileName}.");
            if (await db.Photos.CountAsync(p => p.AlbumId == album.Id, cancel) >= options.Value.MaxPhotos)
                return PhotoAdded.Refused($"The album holds {options.Value.MaxPhotos} photos, the most that is accepted.");
            var photo = new Photo { AlbumId = album.Id, FileName = name, UploadSha256 = hash, Sha256 = "", ContentType = "image/jpeg", UploadedAt = time.GetUtcNow() };
            await _decoding.WaitAsync(cancel);
            try
            {
                await Task.Run(() => Store(album, photo, upload), cancel);
            }
            finally
            {
                _decoding.Release();
            }
            return await CommitAsync(album, photo, cancel);
        }
        catch (InvalidInputException e)
        {
            return PhotoAdded.Refused(e.Message.Replace(upload, name, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(upload);
        }
    }

    /// <summary>Writes the stream to a file; its hash, or null when it is too large.</summary>
    private async Task<string?> ReceiveAsync(Stream content, string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            long total = 0;
            for (int count; (count = await content.ReadAsync(buffer, cancel)) > 0;)
            {
                if ((total += count) > options.Value.MaxFileBytes)
                    return null;
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Store(Album album, Photo photo, string upload)
    {
        var image = ImageFile.Read(upload, new ImageLimits { MaxBytes = options.Value.MaxFileBytes, MaxPixels = options.Value.MaxMegapixels * 1_000_000L });
        // What came without loss is kept without loss.
        var lossless = IsLossless(upload);
        photo.ContentType = lossless ? "image/png" : "image/jpeg";
        (photo.Width, photo.Height) = (image.Width, image.Height);
        var bytes = ImageEncoder.Encode(image, lossless ? ImageFormat.Png : ImageFormat.Jpeg, JpegQuality);
        photo.Bytes = bytes.Length;
        photo.Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        files.WriteThumb(album, photo.Id, image);
        AtomicFile.Write(files.Original(album, photo), stream => stream.Write(bytes));
    }

    private static bool IsLossless(string path)
    {
        Span<byte> head = stackalloc byte[4];
        using var file = File.OpenRead(path);
        file.ReadExactly(head);
        return head[0] is 0x89 or (byte)'G' or (byte)'B'; // PNG, GIF, BMP
    }

    private async Task<PhotoAdded> CommitAsync(Album album, Photo photo, CancellationToken cancel)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            photo.FileName = await UniqueNameAsync(db, album.Id, photo.FileName, cancel);
            db.Photos.Add(photo);
            await db.SaveChangesAsync(cancel);
            // Fails when the album was deleted meanwhile: then the row above goes with the transaction.
            if (await db.Albums.Where(a => a.Id == album.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Revision, a => a.Revision + 1), cancel) == 0)
                throw new InvalidInputException("The album was deleted.");
            await transaction.CommitAsync(cancel);
        }
        catch (Exception e)
        {
            files.Delete(album, photo);
            if (e is DbUpdateException)
                return new("duplicate", null, $"{photo.FileName} was uploaded twice at the same time.");
            throw;
        }
        curation.Changed(album.Id);
        return new("added", photo.Id, "");
    }

    private static async Task<string> UniqueNameAsync(StudioDb db, Guid album, string name, CancellationToken cancel)
    {
        var unique = name;
        for (var n = 2; await db.Photos.AnyAsync(p => p.AlbumId == album && p.FileName == unique, cancel); n++)
            unique = $"{Path.GetFileNameWithoutExtension(name)} ({n}){Path.GetExtension(name)}";
        return unique;
    }

    /// <summary>A name for showing: no folders, no control characters, not too long. It never becomes a path.</summary>
    private static string CleanName(string fileName)
    {
        var name = new string([.. fileName.Split('/', '\\')[^1].Where(c => !char.IsControl(c))]).Trim();
        return name.Length == 0 ? "photo" : name.Length <= 120 ? name : name[..100] + Path.GetExtension(name)[..Math.Min(20, Path.GetExtension(name).Length)];
    }
}

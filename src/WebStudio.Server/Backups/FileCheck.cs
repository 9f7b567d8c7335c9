using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Components.Storage;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Backups;

/// <summary>
/// The data folder looked through on an admin's word, while the server is used: what belongs to no row goes, what is missing is fetched from the newest back-up that has it whole, and small pictures are made again.
/// </summary>
internal sealed class FileCheck(IDbContextFactory<StudioDb> databases, OrphanSweep sweep, RowFiles rows, DataFolders folders, IOptions<BackupOptions> backups, IOptions<AlbumOptions> albums, TimeProvider time, ILogger<FileCheck> log) : IFileCheck, IDisposable
{
    /// <summary>What was written since may belong to something that is being made.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _one = new(1);

    public async Task<FileReport?> CheckAsync(Viewer viewer)
    {
        if (!viewer.IsAdmin)
            return null;
        await _one.WaitAsync();
        try
        {
            await using var db = await databases.CreateDbContextAsync();
            return await Task.Run(() => Check(db));
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private FileReport Check(StudioDb db)
    {
        var found = sweep.Sweep(db, time.GetUtcNow().UtcDateTime - Settled);
        if (found.Missing.Count == 0)
            return new(found.Files, found.Bytes, 0, [], []);
        var fetched = Fetch(found.Missing);
        var remade = found.Missing.Where(Remake).ToList();
        // What was erased while this looked was no loss, and does not come back.
        var named = rows.Read(db).Named;
        foreach (var erased in fetched.Concat(remade).Where(path => !named.Contains(Full(path))))
            File.Delete(Full(erased));
        return new(found.Files, found.Bytes, remade.Count, fetched, [.. found.Missing.Where(path => !File.Exists(Full(path)) && named.Contains(Full(path)))]);
    }

    /// <summary>Looks in every back-up, the newest first.</summary>
    private List<string> Fetch(IReadOnlyList<string> missing)
    {
        List<string> fetched = [];
        foreach (var backup in backups.Value.Folder.Length > 0 ? new BackupShelf(backups.Value.Folder).List() : [])
        {
            try
            {
                var files = BackupManifest.Read(backup).Files.ToDictionary(f => f.Path);
                foreach (var path in missing.Except(fetched).ToList())
                    if (files.TryGetValue(path, out var file) && TryFetch(Path.Combine(backup, BackupManifest.Data, path), file))
                        fetched.Add(path);
            }
            catch (InvalidInputException e)
            {
                log.LogWarning("Nothing is fetched from {Backup}: {Reason}", backup, e.Message);
            }
        }
        return fetched;
    }

    private bool TryFetch(string source, BackupFile file)
    {
        var target = Full(file.Path);
        var beside = Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(target)!).FullName, $".{Guid.NewGuid():N}.partial");
        try
        {
            using var handle = HashedFile.Open(source);
            if (HashedFile.Copy(source, handle, beside, CancellationToken.None) != file.Sha256)
                return false; // damaged: an older back-up may have it
            File.Move(beside, target);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            log.LogWarning("{File} was not fetched from {Source}: {Reason}", file.Path, source, e.Message);
            return false;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Makes a missing small picture from the photo.</summary>
    private bool Remake(string path)
    {
        if (File.Exists(Full(path)) || PhotoPlace.OfThumb(Full(path)) is not { } place || !File.Exists(place.Photo))
            return false;
        try
        {
            PhotoThumb.Write(place, ImageFile.Read(place.Photo, albums.Value.Stored));
            return true;
        }
        catch (InvalidInputException e)
        {
            log.LogWarning("{File} was not made again: {Reason}", path, e.Message);
            return false;
        }
    }

    private string Full(string path) => Path.Combine(folders.Root, path);
}

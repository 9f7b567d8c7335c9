using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Server.Access;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Exports.Everything;

/// <summary>Albums with their photos, what was found in them and what was decided; those in the bin too.</summary>
internal sealed class AlbumsPart(IDbContextFactory<StudioDb> databases, DataFolders folders) : IEverythingPart
{
    public async Task AddAsync(Viewer viewer, EverythingZip zip, CancellationToken cancel)
    {
        foreach (var album in await AlbumsAsync(viewer, cancel))
        {
            var folder = zip.Folder("albums", album.Name);
            var described = new List<object>();
            foreach (var photo in await PhotosAsync(album.Id, cancel))
                described.Add(await AddAsync(zip, folder, album, photo));
            await zip.AddJsonAsync(folder, "album.json", new { album.Id, album.Name, album.Person, album.IsSample, album.CreatedAt, album.Consent, album.Outcome, InBinSince = album.DeletedAt, Photos = described });
        }
    }

    private async Task<object> AddAsync(EverythingZip zip, string folder, Album album, Photo photo)
    {
        var place = PhotoPlace.Of(folders, album.OwnerId, album.Id, photo.Id);
        var file = await zip.AddFileAsync($"{folder}/photos", WithEnding(photo), place.Photo);
        var analysis = photo.IsAnalysed ? await zip.AddFileAsync($"{folder}/analyses", $"{photo.FileName}.json", place.Analysis) : null;
        return new
        {
            photo.Id, File = file, Analysis = analysis, photo.FileName, photo.ContentType, photo.Width, photo.Height, photo.UploadedAt, photo.Sha256, photo.UploadSha256,
            photo.Verdict, photo.Reason, photo.ChosenFace, PhotoFindings.Read(photo.Findings).Attributes, Decisions = EverythingZip.Parsed(photo.Decisions),
        };
    }

    /// <summary>Its name; where that ends otherwise than what it is, the true ending as well.</summary>
    private static string WithEnding(Photo photo)
    {
        string[] endings = photo.ContentType switch { "image/png" => [".png"], "image/webp" => [".webp"], _ => [".jpg", ".jpeg"] };
        return endings.Contains(Path.GetExtension(photo.FileName), StringComparer.OrdinalIgnoreCase) ? photo.FileName : photo.FileName + endings[0];
    }

    private async Task<List<Album>> AlbumsAsync(Viewer viewer, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Albums.IgnoreQueryFilters(Bin.Filters).AsNoTracking().ChangeableBy(viewer).OrderBy(a => a.CreatedAt).ToListAsync(cancel);
    }

    private async Task<List<Photo>> PhotosAsync(Guid album, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Photos.IgnoreQueryFilters(Bin.Filters).AsNoTracking().Where(p => p.AlbumId == album).OrderBy(p => p.Id).ToListAsync(cancel);
    }
}

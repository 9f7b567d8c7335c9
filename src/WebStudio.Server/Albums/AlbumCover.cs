using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>Where to look in a photo that is shown cut to a square.</summary>
internal static class AlbumCover
{
    /// <summary>Address of a face for each album that has a photo in use.</summary>
    public static async Task<Dictionary<Guid, string>> AddressesAsync(StudioDb db, IEnumerable<Guid> albums)
    {
        var ids = albums.Distinct().ToList();
        var first = await db.Photos.Where(p => ids.Contains(p.AlbumId) && (p.Verdict == PhotoVerdict.Used || p.Verdict == PhotoVerdict.UsedByHand))
            .GroupBy(p => p.AlbumId).Select(g => new { g.Key, Photo = g.Min(p => p.Id) }).ToListAsync();
        return first.ToDictionary(f => f.Key, f => $"/files/albums/{f.Key}/photos/{f.Photo}/face");
    }

    public static Cover Of(Photo photo)
    {
        var boxes = PhotoFindings.Read(photo.Findings).Boxes;
        if ((photo.ChosenFace is { } i && i < boxes.Length ? boxes[i] : boxes.FirstOrDefault()) is not { } box)
            return new(photo.Id, 50, 50);
        return new(photo.Id, At(box[0] + box[2] / 2, photo.Width), At(box[1] + box[3] / 2, photo.Height));

        static double At(float center, int size) => Math.Round(Math.Clamp(100.0 * center / size, 0, 100), 1);
    }
}

using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>Where to look in a photo that is shown cut to a square.</summary>
internal static class AlbumCover
{
    // Among the first ones there is a good one; an album of a thousand photos is not read for it.
    private const int LookedAt = 24;

    /// <summary>For each album that has a photo in use, the address of the face among the first ones that looks most into the camera.</summary>
    public static async Task<Dictionary<Guid, string>> AddressesAsync(StudioDb db, IEnumerable<Guid> albums)
    {
        var ids = albums.Distinct().ToList();
        var first = await db.Albums.Where(a => ids.Contains(a.Id))
            // The albums are named twice: the photos are numbered before they are joined, and without it those of everybody would be.
            .SelectMany(a => a.Photos.Where(p => ids.Contains(p.AlbumId) && (p.Verdict == PhotoVerdict.Used || p.Verdict == PhotoVerdict.UsedByHand)).OrderBy(p => p.Id).Take(LookedAt).Select(p => new { p.AlbumId, p.Id, p.Findings }))
            .ToListAsync();
        return first.GroupBy(p => p.AlbumId).ToDictionary(g => g.Key, g => $"/files/albums/{g.Key}/photos/{g.MinBy(p => Turned(PhotoFindings.Read(p.Findings)))!.Id}/face");
    }

    /// <summary>For each album the first photos, those in use before the others: their covers show the person.</summary>
    /// <param name="db">The database.</param>
    /// <param name="albums">Of which.</param>
    /// <param name="most">Photos of an album.</param>
    public static async Task<ILookup<Guid, Cover>> FirstAsync(StudioDb db, IReadOnlyCollection<Guid> albums, int most)
    {
        var first = await db.Albums.Where(a => albums.Contains(a.Id))
            .SelectMany(a => a.Photos.Where(p => albums.Contains(p.AlbumId)).OrderByDescending(p => p.Verdict == PhotoVerdict.Used || p.Verdict == PhotoVerdict.UsedByHand).ThenBy(p => p.Id).Take(most))
            .AsNoTracking().ToListAsync();
        return first.OrderByDescending(p => p.Verdict is PhotoVerdict.Used or PhotoVerdict.UsedByHand).ThenBy(p => p.Id).ToLookup(p => p.AlbumId, Of);
    }

    private static double Turned(PhotoFindings findings) =>
        ((FaceAttribute[])[FaceAttribute.Yaw, FaceAttribute.Pitch]).Sum(a => findings.Attributes.TryGetValue(a, out var reading) && reading[1] > 0 ? Math.Abs(reading[0]) : 90);

    public static Cover Of(Photo photo)
    {
        var boxes = PhotoFindings.Read(photo.Findings).Boxes;
        if ((photo.ChosenFace is { } i && i < boxes.Length ? boxes[i] : boxes.FirstOrDefault()) is not { } box)
            return new(photo.Id, 50, 50);
        return new(photo.Id, At(box[0] + box[2] / 2, photo.Width), At(box[1] + box[3] / 2, photo.Height));

        static double At(float center, int size) => Math.Round(Math.Clamp(100.0 * center / size, 0, 100), 1);
    }
}

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
            .SelectMany(a => a.Photos.Where(p => p.Verdict == PhotoVerdict.Used || p.Verdict == PhotoVerdict.UsedByHand).OrderBy(p => p.Id).Take(LookedAt).Select(p => new { p.AlbumId, p.Id, p.Findings }))
            .ToListAsync();
        return first.GroupBy(p => p.AlbumId).ToDictionary(g => g.Key, g => $"/files/albums/{g.Key}/photos/{g.MinBy(p => Turned(PhotoFindings.Read(p.Findings)))!.Id}/face");
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

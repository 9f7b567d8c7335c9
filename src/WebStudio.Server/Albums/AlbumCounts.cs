using Microsoft.EntityFrameworkCore;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>How many photos albums have, in one query for all of them.</summary>
internal static class AlbumCounts
{
    /// <summary>By album; nothing for an album without photos.</summary>
    public static async Task<Dictionary<Guid, (int Photos, int Used)>> OfAsync(StudioDb db, IReadOnlyCollection<Guid> albums) =>
        await db.Photos.Where(p => albums.Contains(p.AlbumId)).GroupBy(p => p.AlbumId)
            .Select(g => new { g.Key, Photos = g.Count(), Used = g.Count(p => p.Verdict == PhotoVerdict.Used || p.Verdict == PhotoVerdict.UsedByHand) })
            .ToDictionaryAsync(g => g.Key, g => (g.Photos, g.Used));
}

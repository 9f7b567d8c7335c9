using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Training;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Access;
using WebStudio.Server.Albums;
using WebStudio.Server.Admin;
using WebStudio.Server.Data;
using Album = WebStudio.Server.Albums.Album;

namespace WebStudio.Server.Jobs;

/// <summary>What an album offers to train on, what speaks against it, and what it takes.</summary>
internal sealed class TrainingPlanner(IDbContextFactory<StudioDb> databases, BaseCatalogue bases, MachineSpeed speed, IOptions<TrainingOptions> options, TimeProvider time)
{
    // Less than this moves too little to be learned from forty photos.
    private static readonly Dictionary<string, double> NarrowBelow = new() { ["°"] = 15, ["%"] = 20, ["years"] = 8 };

    public async Task<TrainingPlan?> PlanAsync(Viewer viewer, Guid albumId)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await FindAsync(db, viewer, albumId) is not { } album)
            return null;
        var used = Used(album);
        var qualities = new List<QualityOffer>();
        foreach (var quality in Enum.GetValues<TrainingQuality>())
            qualities.Add(new(quality, options.Value.Passes(quality), await speed.EstimateAsync(await bases.FolderOfAsync(null), Math.Max(used.Count, 1), options.Value.Passes(quality))));
        return new()
        {
            AlbumName = album.Name,
            Person = album.Person,
            Photos = used.Count,
            Refusal = Refusal(album, used.Count),
            Attributes = Offers(used),
            Qualities = qualities,
            Bases = await bases.ListAsync(),
            Models = [.. (await db.Models.Where(m => m.AlbumId == albumId).OrderBy(m => m.CreatedAt).Select(m => new { m.Id, m.Name }).ToListAsync()).Select(m => (m.Id, m.Name))],
        };
    }

    /// <summary>The album a user may train on, with its photos.</summary>
    public static Task<Album?> FindAsync(StudioDb db, Viewer viewer, Guid albumId) =>
        db.Albums.AsNoTracking().ChangeableBy(viewer).Include(a => a.Photos).FirstOrDefaultAsync(a => a.Id == albumId);

    /// <summary>What speaks against training at all; null when nothing does.</summary>
    public string? Refusal(Album album, int used)
    {
        if (WithoutConsent(album, time) is { } missing)
            return missing;
        if (album.CuratedRevision != album.Revision)
            return "The photos are still being looked at. This takes a moment.";
        return used < AlbumTrainingSet.FewestPhotos ? $"{used} photos of the person are in use; at least {AlbumTrainingSet.FewestPhotos} are needed, and from about 20 it gets good." : null;
    }

    /// <summary>Why the person shown does not agree today; null when they do.</summary>
    public static string? WithoutConsent(Album album, TimeProvider time) => album.Consent switch
    {
        null => $"Nobody has recorded that {album.Person} agrees. Record the consent on the album's page first.",
        { } consent when consent.HoldsOn(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)) => null,
        { } ended => $"The consent of {ended.GivenBy} ended on {ended.Until!.Value.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}. Record a new one on the album's page first.",
    };

    public static List<PhotoView> Used(Album album) => [.. album.Photos.Select(PhotoFindings.View).Where(p => p.IsUsed)];

    /// <summary>Every measured attribute and every tag of the photos in use.</summary>
    public static IReadOnlyList<AttributeOffer> Offers(List<PhotoView> used)
    {
        var measured = Enum.GetValues<FaceAttribute>().Select(attribute =>
        {
            var name = attribute.ToString().ToLowerInvariant();
            var unit = AttributeKind.Of(name).Unit;
            var values = used.Where(p => p.Attributes.TryGetValue(attribute, out var r) && r.Confidence > 0).Select(p => p.Attributes[attribute].Value).Order().ToList();
            if (values.Count == 0)
                return new AttributeOffer(name, unit, false, 0, "no photo shows it", "No photo in use has a value.");
            var (low, high) = (values[values.Count / 20], values[^(1 + values.Count / 20)]); // the usual range, without the odd photo
            var narrow = high - low < NarrowBelow[unit];
            return new(name, unit, false, values.Count, string.Create(CultureInfo.InvariantCulture, $"{values[0]:0;−0;0} to {values[^1]:0;−0;0}{(unit == "°" ? "" : " ")}{unit}"), narrow ? "The photos differ little in it." : "");
        });
        var tags = used.SelectMany(p => p.Decision.Tags.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(tag =>
        {
            var groups = used.GroupBy(p => p.Decision.Tags.GetValueOrDefault(tag, AlbumTrainingSet.Untagged)).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
            var warning = groups.Count < 2 ? "All photos have the same value." : groups.Min(g => g.Count()) < 3 ? $"Only {groups.Min(g => g.Count())} photos show '{groups.MinBy(g => g.Count())!.Key}'." : "";
            return new AttributeOffer(tag, "", true, used.Count(p => p.Decision.Tags.ContainsKey(tag)), string.Join(", ", groups.Select(g => $"{g.Key}: {g.Count()}")), warning);
        });
        return [.. measured, .. tags];
    }
}

using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Components.Albums;

/// <summary>One bar of a distribution.</summary>
/// <param name="Label">The level's value with its unit, or the tag's value.</param>
/// <param name="Count">Photos in it.</param>
internal readonly record struct LevelBar(string Label, int Count);

/// <summary>How the photos in use spread over the levels of one attribute, the levels as a training would make them.</summary>
/// <param name="Name">yaw, smile, … or the name of a tag.</param>
/// <param name="IsTag">True for the user's own attributes.</param>
/// <param name="Bars">The levels in order.</param>
/// <param name="Lowest">Smallest value; 0 for tags.</param>
/// <param name="Highest">Largest value; 0 for tags.</param>
internal sealed record AttributeDistribution(string Name, bool IsTag, IReadOnlyList<LevelBar> Bars, double Lowest, double Highest)
{
    /// <summary>What is said of photos without a tag that others have.</summary>
    public const string Untagged = "not tagged";

    /// <summary>Every measured attribute of the photos in use, then every tag.</summary>
    public static IReadOnlyList<AttributeDistribution> Of(IReadOnlyList<PhotoView> photos)
    {
        var used = photos.Where(p => p.IsUsed).ToList();
        var tags = used.SelectMany(p => p.Decision.Tags.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return [.. Enum.GetValues<FaceAttribute>().Select(a => Measured(a, used)).OfType<AttributeDistribution>(), .. tags.Select(t => Tagged(t, used))];
    }

    private static AttributeDistribution? Measured(FaceAttribute attribute, List<PhotoView> used)
    {
        var values = used.Where(p => p.Attributes.TryGetValue(attribute, out var r) && r.Confidence > 0).Select(p => p.Attributes[attribute].Value).ToList();
        if (values.Count == 0)
            return null;
        var name = Readings.Name(attribute);
        var levels = AttributeLevels.Quantise(name, values, AttributeKind.Of(name).Levels);
        return new(name, false, [.. levels.LevelValues.Zip(levels.Counts, (value, count) => new LevelBar(Readings.Text(attribute, value), count))], values.Min(), values.Max());
    }

    private static AttributeDistribution Tagged(string tag, List<PhotoView> used) => new(
        tag, true, [.. used.GroupBy(p => p.Decision.Tags.GetValueOrDefault(tag, Untagged)).OrderBy(g => g.Key == Untagged).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => new LevelBar(g.Key, g.Count()))], 0, 0);
}

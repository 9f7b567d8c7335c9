using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Components.Albums;

/// <summary>What an album lacks, in plain sentences: what sliders will not reach, and what can be done about it.</summary>
internal static class AlbumAdvice
{
    private const int GoodFrom = 20, FewFrom = 3;

    /// <summary>The advice, most important first; empty for an album that shows everything.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<PhotoView> photos)
    {
        var used = photos.Where(p => p.IsUsed).ToList();
        return used.Count == 0 ? [.. SetAside(photos)] : [.. Number(used.Count), .. Sides(used), .. Ranges(used), .. Tags(used), .. SetAside(photos)];
    }

    private static IEnumerable<string> Number(int used)
    {
        if (used < AlbumTrainingSet.FewestPhotos)
            yield return $"{Photos(used, "is", "are")} in use. At least {AlbumTrainingSet.FewestPhotos} are needed, and from about {GoodFrom} a model gets good.";
        else if (used < GoodFrom)
            yield return $"{Photos(used, "is", "are")} in use. That works; from about {GoodFrom} a model gets noticeably better.";
    }

    /// <summary>Head turns: a slider reaches as far as photos do on either side.</summary>
    private static IEnumerable<string> Sides(List<PhotoView> used) =>
        [.. Side(used, FaceAttribute.Yaw, 15, "looking left", "looking right"), .. Side(used, FaceAttribute.Pitch, 8, "looking down", "looking up")];

    private static IEnumerable<string> Side(List<PhotoView> used, FaceAttribute attribute, double clear, string low, string high)
    {
        if (Values(used, attribute) is not [var first, .., var last] values)
            yield break;
        var name = AttributeNames.Of(attribute).ToLowerInvariant();
        var (below, above) = (values.Count(v => v <= -clear), values.Count(v => v >= clear));
        if (below == 0)
            yield return $"No photos {low}: {name} will reach only {Readings.Text(attribute, first)}.";
        else if (below < FewFrom)
            yield return $"Only {Photos(below)} {low}: two or three more make {name} steadier there.";
        if (above == 0)
            yield return $"No photos {high}: {name} will reach only {Readings.Text(attribute, last)}.";
        else if (above < FewFrom)
            yield return $"Only {Photos(above)} {high}: two or three more make {name} steadier there.";
    }

    private static IEnumerable<string> Ranges(List<PhotoView> used)
    {
        if (Values(used, FaceAttribute.Smile) is [var leastSmile, .., var mostSmile])
        {
            if (mostSmile < 50)
                yield return $"No photos with a clear smile: smile will reach only {Readings.Text(FaceAttribute.Smile, mostSmile)}.";
            if (leastSmile > 30)
                yield return $"No serious photos: smile will go down only to {Readings.Text(FaceAttribute.Smile, leastSmile)}.";
        }
        if (Values(used, FaceAttribute.Mouth) is [_, .., var open] && open < 25)
            yield return $"No photos with an open mouth: mouth will reach only {Readings.Text(FaceAttribute.Mouth, open)}.";
        if (Values(used, FaceAttribute.Age) is [var youngest, .., var oldest] && oldest - youngest < 6)
            yield return $"All photos show about the same age ({youngest:0} to {oldest:0} years): age can hardly be learnt from them.";
    }

    private static IEnumerable<string> Tags(List<PhotoView> used)
    {
        foreach (var tag in AttributeDistribution.Of(used).Where(d => d.IsTag))
            if (tag.Bars.Count == 1)
                yield return $"All photos in use have the same “{tag.Name}”: tag some that differ, or it cannot be learnt.";
            else if (tag.Bars.MinBy(b => b.Count) is { Count: < FewFrom } rare)
                yield return $"Only {Photos(rare.Count)} with “{tag.Name}: {rare.Label}”; three or more teach it better.";
    }

    private static IEnumerable<string> SetAside(IReadOnlyList<PhotoView> photos)
    {
        var strangers = photos.Count(p => p.Verdict == PhotoVerdict.OtherPerson);
        if (strangers > 2 && strangers > photos.Count / 4)
            yield return $"{Photos(strangers, "is", "are")} set aside because somebody else seems to be shown. Where that is wrong, open one and click the right face.";
        var faceless = photos.Count(p => p.Verdict == PhotoVerdict.NoFace);
        if (faceless > 0)
            yield return $"In {Photos(faceless)} no face was found. Where there is one, open the photo and set eyes and mouth by hand.";
    }

    private static List<double> Values(List<PhotoView> used, FaceAttribute attribute) =>
        [.. used.Where(p => p.Attributes.TryGetValue(attribute, out var r) && r.Confidence > 0).Select(p => p.Attributes[attribute].Value).Order()];

    private static string Photos(int count, string one = "", string many = "") => $"{count} {(count == 1 ? "photo" : "photos")} {(count == 1 ? one : many)}".TrimEnd();
}

using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Components.Tests.Albums;

/// <summary>Photos as pages get them.</summary>
internal static class AlbumPhotos
{
    public static readonly Guid AlbumId = Guid.NewGuid();

    /// <summary>A photo with one face: degrees, per cent and years; tag is the value of the user's attribute "glasses".</summary>
    public static PhotoView Photo(double yaw, double smile = 50, PhotoVerdict? verdict = PhotoVerdict.Used, string? tag = null, double pitch = 0, double mouth = 30, double age = 30) => new()
    {
        Id = Guid.NewGuid(),
        AlbumId = AlbumPhotos.AlbumId,
        Name = "a.jpg",
        Width = 400,
        Height = 200,
        IsAnalysed = verdict is not null,
        Verdict = verdict,
        Reason = verdict is PhotoVerdict.Blurred ? "the face is blurred" : "",
        Faces = verdict is null or PhotoVerdict.NoFace ? [] : [new(100, 50, 80, 100)],
        ChosenFace = verdict is PhotoVerdict.Used ? 0 : null,
        Attributes = Enum.GetValues<FaceAttribute>().ToDictionary(a => a, a => new AttributeReading(a switch
        {
            FaceAttribute.Yaw => yaw,
            FaceAttribute.Pitch => pitch,
            FaceAttribute.Smile => smile,
            FaceAttribute.Mouth => mouth,
            FaceAttribute.Age => age,
            _ => 0,
        }, 1)),
        Decision = tag is null ? new() : new() { Tags = new Dictionary<string, string> { ["glasses"] = tag } },
    };

    /// <summary>Twenty-four photos that show every side, mood and age.</summary>
    public static IEnumerable<PhotoView> Everything() =>
        Enumerable.Range(0, 24).Select(i => Photo(-30 + i * 60.0 / 23, smile: i % 4 * 30, pitch: -15 + i % 6 * 6, mouth: i % 3 * 20, age: 25 + i % 5 * 3));
}

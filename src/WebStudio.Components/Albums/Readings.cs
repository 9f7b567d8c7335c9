using System.Globalization;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Components.Albums;

/// <summary>Attribute values as pages write them.</summary>
internal static class Readings
{
    /// <summary>Name as files and pages call it: yaw, smile, …</summary>
    public static string Name(FaceAttribute attribute) => attribute.ToString().ToLowerInvariant();

    /// <summary>A value with its unit: −12°, 40 %, 31 years.</summary>
    public static string Text(FaceAttribute attribute, double value) => Text(Name(attribute), value);

    /// <summary>As for a measured attribute, by name.</summary>
    public static string Text(string attribute, double value)
    {
        var number = Math.Round(value, MidpointRounding.AwayFromZero).ToString("0;−0;0", CultureInfo.InvariantCulture);
        return AttributeKind.Of(attribute).Unit switch
        {
            "" => number,
            "°" => $"{number}°",
            var unit => $"{number} {unit}",
        };
    }

    /// <summary>Yaw, smile and age in one short line; empty where no face is chosen.</summary>
    public static string Line(PhotoView photo) =>
        string.Join(" · ", ((FaceAttribute[])[FaceAttribute.Yaw, FaceAttribute.Smile, FaceAttribute.Age])
            .Where(a => photo.Attributes.TryGetValue(a, out var reading) && reading.Confidence > 0)
            .Select(a => a == FaceAttribute.Age ? $"{photo.Attributes[a].Value.ToString("0", CultureInfo.InvariantCulture)} y" : Text(a, photo.Attributes[a].Value)));
}

using System.Numerics;
using System.Text.Json;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>Reads the user's decisions on one photo from JSON; what is not understood is refused by name.</summary>
internal static class PhotoOverrideReader
{
    public static PhotoOverride Read(JsonElement element, string name, string where)
    {
        var result = new PhotoOverride();
        foreach (var entry in Members(element, name, where))
            result = entry.Name switch
            {
                "use" => result with { Use = entry.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? entry.Value.GetBoolean() : throw Bad(name, $"{where}: 'use' is true or false") },
                "face" => result with { Face = entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out var f) && f >= 0 ? f : throw Bad(name, $"{where}: 'face' is a whole number from 0") },
                "attributes" => result with { Attributes = Attributes(entry.Value, name, where) },
                "tags" => result with { Tags = Tags(entry.Value, name, where) },
                "crop" => result with { Crop = Crop(entry.Value, name, where) },
                var unknown => throw Bad(name, $"{where}: unknown entry '{unknown}'; accepted are use, face, attributes, tags, crop"),
            };
        return result;
    }

    private static Dictionary<FaceAttribute, double> Attributes(JsonElement element, string name, string where)
    {
        var values = new Dictionary<FaceAttribute, double>();
        foreach (var entry in Members(element, name, $"{where}: 'attributes'"))
        {
            var known = Enum.GetValues<FaceAttribute>().Where(a => a.ToString().Equals(entry.Name, StringComparison.OrdinalIgnoreCase)).ToArray();
            if (known.Length == 0)
                throw Bad(name, $"{where}: unknown attribute '{entry.Name}'; accepted are {string.Join(", ", Enum.GetNames<FaceAttribute>()).ToLowerInvariant()} (own attributes go under 'tags')");
            if (entry.Value.ValueKind != JsonValueKind.Number || !double.IsFinite(entry.Value.GetDouble()))
                throw Bad(name, $"{where}: attribute '{entry.Name}' is a number in degrees, per cent or years");
            values[known[0]] = entry.Value.GetDouble();
        }
        return values;
    }

    private static Dictionary<string, string> Tags(JsonElement element, string name, string where)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Members(element, name, $"{where}: 'tags'"))
            tags[entry.Name] = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : throw Bad(name, $"{where}: the value of tag '{entry.Name}' is a text in quotes");
        return tags;
    }

    private static FacePoints Crop(JsonElement element, string name, string where)
    {
        var points = new Dictionary<string, Vector2>();
        foreach (var entry in Members(element, name, $"{where}: 'crop'"))
            points[entry.Name] = entry.Name is "left_eye" or "right_eye" or "mouth"
                ? Point(entry.Value, name, $"{where}: '{entry.Name}'")
                : throw Bad(name, $"{where}: unknown point '{entry.Name}'; accepted are left_eye, right_eye, mouth");
        if (points.Count < 3)
            throw Bad(name, $"{where}: 'crop' needs the three points left_eye, right_eye and mouth");
        try
        {
            return FacePoints.Of(points["left_eye"], points["right_eye"], points["mouth"]);
        }
        catch (InvalidInputException e)
        {
            throw Bad(name, $"{where}: {e.Message.TrimEnd('.')}");
        }
    }

    private static Vector2 Point(JsonElement element, string name, string where) =>
        element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 2 && element[0].ValueKind == JsonValueKind.Number && element[1].ValueKind == JsonValueKind.Number
            ? new(element[0].GetSingle(), element[1].GetSingle())
            : throw Bad(name, $"{where} is a point [x, y] in photo pixels");

    public static JsonElement.ObjectEnumerator Members(JsonElement element, string name, string where) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw Bad(name, $"{where} must be an object in braces");

    public static InvalidInputException Bad(string name, string problem) => new($"The overrides {name}: {problem}.");
}

using System.Numerics;
using System.Text.Json;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>What the user decided on one photo; everything left out stays as the curator decides.</summary>
public sealed record PhotoOverride
{
    /// <summary>True: use it whatever the filters say; false: leave it out.</summary>
    public bool? Use { get; init; }

    /// <summary>Index of the face that is the person, as <see cref="PhotoDecision.Faces"/> counts.</summary>
    public int? Face { get; init; }

    /// <summary>Where eyes and mouth are, for a crop by hand; the photo is then used, whether or not a face was found in it.</summary>
    public FacePoints? Crop { get; init; }

    /// <summary>Attribute values in their units that replace the measured ones.</summary>
    public IReadOnlyDictionary<FaceAttribute, double> Attributes { get; init; } = new Dictionary<FaceAttribute, double>();

    /// <summary>The user's own discrete attributes: name -> value, such as glasses -> yes.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// The user's decisions on an album, by photo name. As a file it is JSON:
/// <code>
/// { "photos": {
///     "012.jpg": { "use": false },
///     "013.jpg": { "use": true, "face": 1, "attributes": { "yaw": -12, "smile": 80 }, "tags": { "glasses": "yes" } } } }
/// </code>
/// Comments and trailing commas are allowed; unknown names are errors.
/// </summary>
public sealed class CurationOverrides(IReadOnlyDictionary<string, PhotoOverride> photos)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    /// <summary>No decisions.</summary>
    public static CurationOverrides None { get; } = new(new Dictionary<string, PhotoOverride>());

    /// <summary>Decisions by photo name.</summary>
    public IReadOnlyDictionary<string, PhotoOverride> Photos { get; } = photos;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or says something unknown; the message names the place.</exception>
    public static CurationOverrides Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The overrides {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">As at <see cref="Read"/>.</exception>
    public static CurationOverrides Parse(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            var photos = new Dictionary<string, PhotoOverride>(StringComparer.Ordinal);
            foreach (var top in Members(document.RootElement, name, "the file"))
            {
                if (top.Name != "photos")
                    throw Bad(name, $"unknown entry '{top.Name}'; accepted is 'photos'");
                foreach (var photo in Members(top.Value, name, "'photos'"))
                    if (!photos.TryAdd(photo.Name, Photo(photo.Value, name, $"photo '{photo.Name}'")))
                        throw Bad(name, $"photo '{photo.Name}' occurs twice");
            }
            return new(photos);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"The overrides {name} are not valid JSON: {e.Message}", e);
        }
    }

    private static PhotoOverride Photo(JsonElement element, string name, string where)
    {
        var result = new PhotoOverride();
        foreach (var entry in Members(element, name, where))
            result = entry.Name switch
            {
                "use" => result with { Use = entry.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? entry.Value.GetBoolean() : throw Bad(name, $"{where}: 'use' is true or false") },
                "face" => result with { Face = entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out var f) && f >= 0 ? f : throw Bad(name, $"{where}: 'face' is a whole number from 0") },
                "crop" => result with { Crop = Crop(entry.Value, name, where) },
                "attributes" => result with { Attributes = Attributes(entry.Value, name, where) },
                "tags" => result with { Tags = Tags(entry.Value, name, where) },
                var unknown => throw Bad(name, $"{where}: unknown entry '{unknown}'; accepted are use, face, crop, attributes, tags"),
            };
        return result;
    }

    private static FacePoints Crop(JsonElement element, string name, string where)
    {
        var points = Members(element, name, $"{where}: 'crop'").ToDictionary(entry => entry.Name, entry => entry.Value);
        return points.Keys.Order().SequenceEqual(["left_eye", "mouth", "right_eye"])
            ? new(Point("left_eye"), Point("right_eye"), Point("mouth"))
            : throw Bad(name, $"{where}: 'crop' holds left_eye, right_eye and mouth");

        Vector2 Point(string part) => points[part] is { ValueKind: JsonValueKind.Array } at && at.GetArrayLength() == 2 && at.EnumerateArray().All(n => n.ValueKind == JsonValueKind.Number)
            ? new(at[0].GetSingle(), at[1].GetSingle())
            : throw Bad(name, $"{where}: '{part}' is [x, y] in pixels of the photo");
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

    private static JsonElement.ObjectEnumerator Members(JsonElement element, string name, string where) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw Bad(name, $"{where} must be an object in braces");

    private static InvalidInputException Bad(string name, string problem) => new($"The overrides {name}: {problem}.");
}

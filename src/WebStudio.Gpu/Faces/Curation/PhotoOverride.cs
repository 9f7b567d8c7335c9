using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>What the user decided on one photo; everything left out stays as the curator decides.</summary>
public sealed record PhotoOverride
{
    /// <summary>True: use it whatever the filters say; false: leave it out.</summary>
    public bool? Use { get; init; }

    /// <summary>Index of the face that is the person, as <see cref="PhotoDecision.Faces"/> counts.</summary>
    public int? Face { get; init; }

    /// <summary>Attribute values in their units that replace the measured ones.</summary>
    public IReadOnlyDictionary<FaceAttribute, double> Attributes { get; init; } = new Dictionary<FaceAttribute, double>();

    /// <summary>The user's own discrete attributes: name -> value, such as glasses -> yes.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Eyes and mouth, by which the face is cut out instead of by its landmarks; works where no face was found. A photo with such points is used unless <see cref="Use"/> is false.</summary>
    public FacePoints? Crop { get; init; }

    /// <summary>True when nothing is decided.</summary>
    public bool IsEmpty => Use is null && Face is null && Crop is null && Attributes.Count == 0 && Tags.Count == 0;

    /// <summary>The decision as it stands in an overrides file under the photo's name.</summary>
    public string ToJson()
    {
        var json = new JsonObject();
        if (Use is { } use)
            json["use"] = use;
        if (Face is { } face)
            json["face"] = face;
        if (Attributes.Count > 0)
            json["attributes"] = new JsonObject(Attributes.OrderBy(a => a.Key).Select(a => KeyValuePair.Create(a.Key.ToString().ToLowerInvariant(), (JsonNode?)a.Value)));
        if (Tags.Count > 0)
            json["tags"] = new JsonObject(Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));
        if (Crop is { } crop)
            json["crop"] = new JsonObject { ["left_eye"] = Point(crop.LeftEye), ["right_eye"] = Point(crop.RightEye), ["mouth"] = Point(crop.Mouth) };
        return json.ToJsonString();

        static JsonArray Point(Vector2 point) => [point.X, point.Y];
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text; empty is no decision.</param>
    /// <param name="name">What messages call the photo.</param>
    /// <exception cref="InvalidInputException">It says something unknown; the message names the place.</exception>
    public static PhotoOverride Parse(string json, string name)
    {
        if (json.Length == 0)
            return new();
        try
        {
            using var document = JsonDocument.Parse(json);
            return PhotoOverrideReader.Read(document.RootElement, name, "the decision");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"The decision on {name} is not valid JSON: {e.Message}", e);
        }
    }
}

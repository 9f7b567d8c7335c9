using System.Text.Json;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>
/// The user's decisions on an album, by photo name. As a file it is JSON:
/// <code>
/// { "photos": {
///     "012.jpg": { "use": false },
///     "013.jpg": { "use": true, "face": 1, "attributes": { "yaw": -12, "smile": 80 }, "tags": { "glasses": "yes" } },
///     "014.jpg": { "crop": { "left_eye": [310, 200], "right_eye": [382, 204], "mouth": [344, 290] } } } }
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

    /// <summary>Refuses decisions on photos that an album does not hold.</summary>
    /// <param name="names">The album's photos, in its order.</param>
    /// <exception cref="ArgumentException">Two photos have the same name.</exception>
    /// <exception cref="InvalidInputException">A decision names another photo.</exception>
    internal void RequireIn(IReadOnlyList<string> names)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        if (known.Count != names.Count)
            throw new ArgumentException("Two photos of the album have the same name.", nameof(names));
        foreach (var name in Photos.Keys.Where(name => !known.Contains(name)))
            throw new InvalidInputException($"The overrides name the photo '{name}', which is not in the album ({names.Count} photos, {names.FirstOrDefault()} to {names.LastOrDefault()}).");
    }

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
            foreach (var top in PhotoOverrideReader.Members(document.RootElement, name, "the file"))
            {
                if (top.Name != "photos")
                    throw PhotoOverrideReader.Bad(name, $"unknown entry '{top.Name}'; accepted is 'photos'");
                foreach (var photo in PhotoOverrideReader.Members(top.Value, name, "'photos'"))
                    if (!photos.TryAdd(photo.Name, PhotoOverrideReader.Read(photo.Value, name, $"photo '{photo.Name}'")))
                        throw PhotoOverrideReader.Bad(name, $"photo '{photo.Name}' occurs twice");
            }
            return new(photos);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"The overrides {name} are not valid JSON: {e.Message}", e);
        }
    }
}

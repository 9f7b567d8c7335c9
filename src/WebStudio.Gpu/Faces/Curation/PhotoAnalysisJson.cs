using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>Analyses as text, so that an album can be decided on again without its pictures. Numbers come back bit for bit.</summary>
public static class PhotoAnalysisJson
{
    private const int Format = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The analysis as one JSON object.</summary>
    public static string Write(PhotoAnalysis analysis) => JsonSerializer.Serialize(
        new Stored(
            Format, analysis.Width, analysis.Height, analysis.Problem, [.. analysis.Faces.Select(f => StoredFace.Of(f.Observation, f.Look))],
            analysis.Points is { } p ? new(Flat([p.Points.LeftEye, p.Points.RightEye, p.Points.Mouth]), p.Observation is { } o ? StoredFace.Of(o, null) : null, StoredLook.Of(p.Look)) : null),
        Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">It is something else, or of another version of this program: analyse the photo again.</exception>
    public static PhotoAnalysis Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(json, Options) is { Format: Format } stored
                ? new(stored.Width, stored.Height, [.. stored.Faces.Select(f => new AnalysedFace(f.ToObservation(), f.Look?.ToLook()))], stored.Points?.ToPoints(), stored.Problem)
                : throw new InvalidInputException("The analysis was stored by another version of the program.");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or NullReferenceException or IndexOutOfRangeException)
        {
            throw new InvalidInputException($"The stored analysis cannot be read: {e.Message}", e);
        }
    }

    private static float[] Flat(IEnumerable<Vector2> points) => [.. points.SelectMany(p => (float[])[p.X, p.Y])];

    private static Vector2[] Points(float[] flat) => [.. flat.Chunk(2).Select(p => new Vector2(p[0], p[1]))];

    private sealed record Stored(int Format, int Width, int Height, string? Problem, StoredFace[] Faces, StoredPoints? Points);

    private sealed record StoredPoints(float[] Places, StoredFace? Face, StoredLook? Look)
    {
        public AnalysedPoints ToPoints() => Points(Places) switch { var p => new(new(p[0], p[1], p[2]), Face?.ToObservation(), Look?.ToLook()) };
    }

    private sealed record StoredLook(double Sharpness, double Colorfulness, string Hash)
    {
        public static StoredLook? Of(FaceLook? look) => look is null ? null : new(look.Quality.Sharpness, look.Quality.Colorfulness, look.Hash.ToString());

        public FaceLook ToLook() => new(new(Sharpness, Colorfulness), PerceptualHash.Parse(Hash));
    }

    /// <summary>Box: left, top, width, height. Attributes: value and confidence. Landmarks: x, y, x, y, …</summary>
    private sealed record StoredFace(float[] Box, double Score, double Confidence, Dictionary<FaceAttribute, double[]> Attributes, float[] Landmarks, float[] Embedding, StoredLook? Look)
    {
        public static StoredFace Of(FaceObservation face, FaceLook? look) => new(
            [face.Box.Left, face.Box.Top, face.Box.Width, face.Box.Height],
            face.Score,
            face.Confidence,
            face.Attributes.ToDictionary(a => a.Key, a => (double[])[a.Value.Value, a.Value.Confidence]),
            Flat(face.Landmarks),
            [.. face.Embedding],
            StoredLook.Of(look));

        public FaceObservation ToObservation() => new(
            new(Box[0], Box[1], Box[2], Box[3]),
            Score,
            new(Points(Landmarks), Attributes.ToDictionary(a => a.Key, a => new AttributeReading(a.Value[0], a.Value[1])), Embedding, Confidence));
    }
}

using System.Numerics;
using System.Text.Json;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Server.Albums;

/// <summary>What pages show of a photo's analysis, kept with the row so that a page of a thousand photos opens no files.</summary>
/// <param name="Boxes">Faces as left, top, width, height in photo pixels.</param>
/// <param name="Attributes">Value and confidence for each attribute of the person's face; empty before the first decision.</param>
/// <param name="Square">Corners of the cut-out as x, y, x, y, …; empty without one.</param>
internal sealed record PhotoFindings(float[][] Boxes, Dictionary<FaceAttribute, double[]> Attributes, float[] Square)
{
    private static readonly PhotoFindings None = new([], [], []);

    /// <summary>Faces only: what is known before anything is decided.</summary>
    public static PhotoFindings Of(PhotoAnalysis analysis) => None with { Boxes = [.. analysis.Faces.Select(f => Flat(f.Observation.Box))] };

    /// <summary>All of it.</summary>
    public static PhotoFindings Of(PhotoDecision decision) => new(
        [.. decision.Faces.Select(f => Flat(f.Box))],
        decision.Attributes.ToDictionary(a => a.Key, a => (double[])[Math.Round(a.Value.Value, 1), Math.Round(a.Value.Confidence, 3)]),
        decision.Crop is { } points ? Flat(FfhqAlignment.Square(points)) : decision.Face is { } face ? Flat(FfhqAlignment.Square(face.ToPixelIndices())) : []);

    public static PhotoFindings Read(string json) => json.Length == 0 ? None : JsonSerializer.Deserialize<PhotoFindings>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>A row as pages see it.</summary>
    public static PhotoView View(Photo photo)
    {
        var findings = Read(photo.Findings);
        return new()
        {
            Id = photo.Id,
            AlbumId = photo.AlbumId,
            Name = photo.FileName,
            Width = photo.Width,
            Height = photo.Height,
            IsAnalysed = photo.IsAnalysed,
            Verdict = photo.Verdict,
            Reason = photo.Reason,
            Faces = [.. findings.Boxes.Select(b => new FaceBox(b[0], b[1], b[2], b[3]))],
            ChosenFace = photo.ChosenFace,
            Attributes = findings.Attributes.ToDictionary(a => a.Key, a => new AttributeReading(a.Value[0], a.Value[1])),
            Square = [.. findings.Square.Chunk(2).Select(p => new Vector2(p[0], p[1]))],
            Decision = PhotoOverride.Parse(photo.Decisions, photo.FileName),
        };
    }

    private static float[] Flat(FaceBox box) => [MathF.Round(box.Left, 1), MathF.Round(box.Top, 1), MathF.Round(box.Width, 1), MathF.Round(box.Height, 1)];

    private static float[] Flat(IEnumerable<Vector2> points) => [.. points.SelectMany(p => (float[])[MathF.Round(p.X, 1), MathF.Round(p.Y, 1)])];
}

using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Server.Verbs.Albums;

/// <summary>One photo of a curated album, as album.json and --json tell it.</summary>
/// <param name="File">Its name in the album.</param>
/// <param name="Decision">used or rejected.</param>
/// <param name="Verdict">The kind of reason: used, used_by_hand, near_duplicate, …</param>
/// <param name="Reason">The reason in a sentence.</param>
/// <param name="Faces">Number of faces found.</param>
/// <param name="Face">The face taken for the person; null where there is none.</param>
/// <param name="Attributes">By name: degrees, percent, years; empty without such a face.</param>
/// <param name="Landmarks">The face's 68 points [x, y] in photo pixels, the upper left corner of the photo is 0, 0; null without such a face.</param>
/// <param name="Tags">The user's own attributes.</param>
/// <param name="Crop">The aligned face, relative to the folder; null for rejected photos.</param>
internal sealed record CuratedPhoto(
    string File,
    string Decision,
    PhotoVerdict Verdict,
    string Reason,
    int Faces,
    CuratedFace? Face,
    IReadOnlyDictionary<string, AttributeReading> Attributes,
    IReadOnlyList<double[]>? Landmarks,
    IReadOnlyDictionary<string, string> Tags,
    string? Crop)
{
    /// <summary>A decision in the form for files.</summary>
    public static CuratedPhoto Of(PhotoDecision photo, string? crop) => new(
        photo.Name,
        photo.IsUsed ? "used" : "rejected",
        photo.Verdict,
        photo.Reason,
        photo.Faces.Count,
        photo.Face is { } face ? CuratedFace.Of(photo, face) : null,
        photo.Attributes.OrderBy(a => a.Key).ToDictionary(
            a => a.Key.ToString().ToLowerInvariant(),
            a => new AttributeReading(Math.Round(a.Value.Value, 2), Math.Round(a.Value.Confidence, 3))),
        photo.Face?.Landmarks.Select(p => (double[])[Math.Round(p.X, 2), Math.Round(p.Y, 2)]).ToList(),
        photo.Tags,
        crop);
}

/// <summary>The face taken for the person.</summary>
/// <param name="Index">Which of the photo's faces, best detection first: what an override's "face" names.</param>
/// <param name="Box">Left, top, width, height in photo pixels.</param>
/// <param name="Score">The detector's score, 0 to 1.</param>
/// <param name="Confidence">How far the readings can be trusted, 0 to 1.</param>
/// <param name="PersonDistance">Embedding distance from the person's reference faces.</param>
/// <param name="Sharpness">0 for a smear, above 0.04 for clear faces; null where no crop was made.</param>
internal sealed record CuratedFace(int Index, double[] Box, double Score, double Confidence, double? PersonDistance, double? Sharpness)
{
    public static CuratedFace Of(PhotoDecision photo, FaceObservation face) => new(
        photo.ChosenFace!.Value,
        [Math.Round(face.Box.Left, 1), Math.Round(face.Box.Top, 1), Math.Round(face.Box.Width, 1), Math.Round(face.Box.Height, 1)],
        Math.Round(face.Score, 3),
        Math.Round(face.Confidence, 3),
        photo.PersonDistance is { } distance ? Math.Round(distance, 3) : null,
        photo.Quality is { } quality ? Math.Round(quality.Sharpness, 4) : null);
}

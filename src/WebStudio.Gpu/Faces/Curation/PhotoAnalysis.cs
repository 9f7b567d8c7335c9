using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A face and how its picture looks.</summary>
/// <param name="Observation">What was measured.</param>
/// <param name="Look">Null where its square lies outside the photo.</param>
public sealed record AnalysedFace(FaceObservation Observation, FaceLook? Look);

/// <summary>The face at three points that the user set.</summary>
/// <param name="Points">The points.</param>
/// <param name="Observation">What was measured there; null where no landmarks could be held on to.</param>
/// <param name="Look">Null where its square lies outside the photo.</param>
public sealed record AnalysedPoints(FacePoints Points, FaceObservation? Observation, FaceLook? Look);

/// <summary>What the networks saw in one photo.</summary>
/// <param name="Found">All faces, best detection first.</param>
/// <param name="Points">Points the user set, if any.</param>
/// <param name="AtPoints">The face there; null where none can be held on to, or no points are set.</param>
public sealed record PhotoFaces(IReadOnlyList<FaceObservation> Found, FacePoints? Points = null, FaceObservation? AtPoints = null)
{
    /// <summary>Looks for faces: the only step of curation that needs the device.</summary>
    /// <param name="analyzer">Finds and measures faces.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="points">Points the user set, if any.</param>
    public static PhotoFaces Find(FaceAnalyzer analyzer, RgbImage photo, FacePoints? points) =>
        new(analyzer.Analyze(photo), points, points is null ? null : analyzer.AnalyzeAt(photo, points));
}

/// <summary>
/// Everything that deciding on a photo needs to know of it (<see cref="AlbumDecider"/>): found once, kept (<see cref="PhotoAnalysisJson"/>), decided on as often as the album
/// or the user's mind changes, without the picture and without the device.
/// </summary>
/// <param name="Width">Of the photo, in pixels.</param>
/// <param name="Height">Of the photo, in pixels.</param>
/// <param name="Faces">All faces found, best detection first.</param>
/// <param name="Points">The face at points that the user set, if any.</param>
/// <param name="Problem">Why the photo cannot be read, in a sentence; null where it can.</param>
public sealed record PhotoAnalysis(int Width, int Height, IReadOnlyList<AnalysedFace> Faces, AnalysedPoints? Points = null, string? Problem = null)
{
    /// <summary>A photo that was not looked at, because it is left out by hand.</summary>
    public static PhotoAnalysis None { get; } = new(0, 0, []);

    /// <summary>A photo that cannot be read.</summary>
    public static PhotoAnalysis Unreadable(string problem) => None with { Problem = problem };

    /// <summary>Measures how the faces look; needs no device.</summary>
    public static PhotoAnalysis Of(RgbImage photo, PhotoFaces faces) => new(
        photo.Width,
        photo.Height,
        [.. faces.Found.Select(face => new AnalysedFace(face, FaceLook.Of(photo, face)))],
        faces.Points is { } points ? new(points, faces.AtPoints, FaceLook.Of(photo, points)) : null);
}

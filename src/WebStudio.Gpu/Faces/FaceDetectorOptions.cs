namespace WebStudio.Gpu.Faces;

/// <summary>Settings of the face detector.</summary>
public sealed record FaceDetectorOptions
{
    /// <summary>Lowest score that counts as a face, 0 to 1. Low, because what is no face is found out by its landmarks.</summary>
    public float MinScore { get; init; } = 0.3f;

    /// <summary>Two boxes sharing more than this part of their united area are one face.</summary>
    public float MaxOverlap { get; init; } = 0.4f;

    /// <summary>Most faces kept of one photo, best first.</summary>
    public int MaxFaces { get; init; } = 20;
}

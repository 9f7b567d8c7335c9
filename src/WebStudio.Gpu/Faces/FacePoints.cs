using System.Numerics;

namespace WebStudio.Gpu.Faces;

/// <summary>Three points by which a face is aligned, in pixels of the photo (its left and upper edges are 0).</summary>
/// <param name="LeftEye">Centre of the eye that is on the left in the picture.</param>
/// <param name="RightEye">Centre of the eye that is on the right in the picture.</param>
/// <param name="Mouth">Middle of the mouth.</param>
public sealed record FacePoints(Vector2 LeftEye, Vector2 RightEye, Vector2 Mouth);

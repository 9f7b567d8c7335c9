using System.Numerics;

namespace WebStudio.Gpu.Faces.Landmarks;

/// <summary>Facts about the 68 iBUG landmarks: jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, outer lips 48-59, inner lips 60-67. "Left" is left in the picture.</summary>
internal static class FaceLandmarks
{
    /// <summary>The landmark that takes the place of landmark <paramref name="index"/> in the mirrored picture.</summary>
    public static int MirrorIndex(int index) => index switch
    {
        <= 16 => 16 - index,
        <= 26 => 43 - index,
        <= 30 => index,
        <= 35 => 66 - index,
        <= 39 => 81 - index, // upper lids
        40 or 41 => 87 - index, // lower lids
        <= 45 => 81 - index,
        46 or 47 => 87 - index,
        <= 54 => 102 - index,
        <= 59 => 114 - index,
        <= 64 => 124 - index,
        _ => 132 - index,
    };

    /// <summary>Centre of the eye that is left in the picture.</summary>
    public static Vector2 LeftmostEye(ReadOnlySpan<Vector2> points) => Mean(points[36..42]);

    /// <summary>Centre of the eye that is right in the picture.</summary>
    public static Vector2 RightmostEye(ReadOnlySpan<Vector2> points) => Mean(points[42..48]);

    /// <summary>Mean of some points.</summary>
    public static Vector2 Mean(ReadOnlySpan<Vector2> points)
    {
        var sum = Vector2.Zero;
        foreach (var point in points)
            sum += point;
        return sum / points.Length;
    }
}

using System.Numerics;

namespace WebStudio.Gpu.Faces.Measurement;

/// <summary>A mean adult face in three dimensions, one point per landmark: x to the right of the picture, y down, z away from the camera, in about millimetres.</summary>
internal static class MeanFace
{
    /// <summary>68 points, symmetric about x = 0.</summary>
    public static ReadOnlySpan<Vector3> Points => Values;

    private static readonly Vector3[] Values =
    [
        // jaw
        new(-72.4f, -30.1f, 47.4f), new(-71.6f, -11.3f, 45), new(-69.4f, 7.5f, 43.6f), new(-65.6f, 25.8f, 42), new(-58.6f, 42.5f, 38.1f), new(-47.4f, 56.4f, 30.8f),
        new(-33.4f, 67.1f, 18.8f), new(-17.7f, 74.9f, 4.4f), new(0, 77.1f, -0.9f), new(17.7f, 74.9f, 4.4f), new(33.4f, 67.1f, 18.8f), new(47.4f, 56.4f, 30.8f),
        new(58.6f, 42.5f, 38.1f), new(65.6f, 25.8f, 42), new(69.4f, 7.5f, 43.6f), new(71.6f, -11.3f, 45), new(72.4f, -30.1f, 47.4f),
        // brows
        new(-60.6f, -49.8f, 12.9f), new(-51.2f, -59, 6.3f), new(-38.1f, -62.4f, -0.3f), new(-24.6f, -61.5f, -7), new(-11.8f, -57, -12), new(11.8f, -57, -12),
        new(24.6f, -61.5f, -7), new(38.1f, -62.4f, -0.3f), new(51.2f, -59, 6.3f), new(60.6f, -49.8f, 12.9f),
        // nose
        new(0, -42.2f, -13.4f), new(0, -31, -21.2f), new(0, -19.9f, -29.3f), new(0, -8.4f, -36.9f), new(-15, 2.6f, -20.5f), new(-7.7f, 4.7f, -23.6f),
        new(0, 6.6f, -25.9f), new(7.7f, 4.7f, -23.6f), new(15, 2.6f, -20.5f),
        // eyes
        new(-45.6f, -37.8f, 6), new(-37.6f, -42.9f, 2.4f), new(-27.9f, -43, 0.8f), new(-19.5f, -36.9f, -0.4f), new(-28.5f, -35.3f, -0.7f), new(-38.1f, -35.2f, 0.9f),
        new(19.5f, -36.9f, -0.4f), new(27.9f, -43, 0.8f), new(37.6f, -42.9f, 2.4f), new(45.6f, -37.8f, 6), new(38.1f, -35.2f, 0.9f), new(28.5f, -35.3f, -0.7f),
        // outer lips
        new(-28.9f, 28.3f, -2.7f), new(-18.2f, 22.3f, -15.8f), new(-7.5f, 19, -22.7f), new(0, 20.7f, -23.7f), new(7.5f, 19, -22.7f), new(18.2f, 22.3f, -15.8f),
        new(28.9f, 28.3f, -2.7f), new(18.6f, 36.5f, -15.1f), new(8.2f, 39.7f, -22.5f), new(0, 40.4f, -23.6f), new(-8.2f, 39.7f, -22.5f), new(-18.6f, 36.5f, -15.1f),
        // inner lips
        new(-24.4f, 28.5f, -5.2f), new(-7.7f, 25.4f, -21), new(0, 26, -22.2f), new(7.7f, 25.4f, -21), new(24.4f, 28.5f, -5.2f), new(7.8f, 30.7f, -20.5f),
        new(0, 31.4f, -21.9f), new(-7.8f, 30.7f, -20.5f),    ];
}

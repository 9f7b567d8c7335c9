using System.Numerics;

namespace WebStudio.Gpu.Faces;

/// <summary>
/// The oriented square that FFHQ alignment cuts out, in pixel indices (the centre of the first pixel is 0, 0) of the picture at hand:
/// its centre and its half axes to the right and to the bottom of the face.
/// </summary>
internal readonly record struct FfhqAlignmentQuad(double CenterX, double CenterY, double AxisX, double AxisY)
{
    /// <summary>Side in pixels.</summary>
    public double Size => 2 * Math.Sqrt(AxisX * AxisX + AxisY * AxisY);

    /// <summary>Top left, bottom left, bottom right, top right corner of the upright face. The lower half axis is the right one turned by 90°.</summary>
    public (double X, double Y)[] Corners =>
    [
        (CenterX - AxisX + AxisY, CenterY - AxisY - AxisX),
        (CenterX - AxisX - AxisY, CenterY - AxisY + AxisX),
        (CenterX + AxisX - AxisY, CenterY + AxisY + AxisX),
        (CenterX + AxisX + AxisY, CenterY + AxisY - AxisX),
    ];

    /// <summary>The square of 68 landmarks: FFHQ's, from the eyes' and the mouth's centres. Landmarks are rounded to whole pixels first, as the official code does.</summary>
    public static FfhqAlignmentQuad Of(IReadOnlyList<Vector2> landmarks, double cropScale)
    {
        var (mouthLeft, mouthRight) = (Rounded(landmarks[48]), Rounded(landmarks[54]));
        return Of(Mean(landmarks, 36, 42), Mean(landmarks, 42, 48), ((mouthLeft.X + mouthRight.X) / 2, (mouthLeft.Y + mouthRight.Y) / 2), cropScale);
    }

    /// <summary>The square of three points set by hand, which count from the photo's edge; they are taken as they are.</summary>
    public static FfhqAlignmentQuad Of(FacePoints points, double cropScale)
    {
        return Of(Index(points.LeftEye), Index(points.RightEye), Index(points.Mouth), cropScale);

        static (double, double) Index(Vector2 point) => (point.X - 0.5, point.Y - 0.5);
    }

    private static FfhqAlignmentQuad Of((double X, double Y) leftEye, (double X, double Y) rightEye, (double X, double Y) mouth, double cropScale)
    {
        var (eyesX, eyesY) = ((leftEye.X + rightEye.X) / 2, (leftEye.Y + rightEye.Y) / 2);
        var (eyeX, eyeY) = (rightEye.X - leftEye.X, rightEye.Y - leftEye.Y);
        var (mouthX, mouthY) = (mouth.X - eyesX, mouth.Y - eyesY);

        // To the right of the face: along the eyes and across the line from eyes to mouth.
        var (x, y) = (eyeX + mouthY, eyeY - mouthX);
        var length = Math.Max(Math.Sqrt(eyeX * eyeX + eyeY * eyeY) * 2, Math.Sqrt(mouthX * mouthX + mouthY * mouthY) * 1.8) * cropScale;
        var norm = Math.Sqrt(x * x + y * y);
        if (!(norm > 0 && length >= 1))
            throw new InvalidInputException("The landmarks of eyes and mouth coincide: there is no face to align.");
        return new(eyesX + mouthX * 0.1, eyesY + mouthY * 0.1, x / norm * length, y / norm * length);
    }

    public FfhqAlignmentQuad Move(double x, double y) => this with { CenterX = CenterX + x, CenterY = CenterY + y };

    public FfhqAlignmentQuad Divide(double by) => new(CenterX / by, CenterY / by, AxisX / by, AxisY / by);

    /// <summary>The smallest upright box of whole pixels around the square.</summary>
    public (int Left, int Top, int Right, int Bottom) Bounds
    {
        get
        {
            var corners = Corners;
            return ((int)Math.Floor(corners.Min(c => c.X)), (int)Math.Floor(corners.Min(c => c.Y)), (int)Math.Ceiling(corners.Max(c => c.X)), (int)Math.Ceiling(corners.Max(c => c.Y)));
        }
    }

    private static (double X, double Y) Mean(IReadOnlyList<Vector2> landmarks, int from, int to)
    {
        var (x, y) = (0.0, 0.0);
        for (var i = from; i < to; i++)
        {
            var point = Rounded(landmarks[i]);
            (x, y) = (x + point.X, y + point.Y);
        }
        return (x / (to - from), y / (to - from));
    }

    private static (double X, double Y) Rounded(Vector2 point) => (Math.Round((double)point.X), Math.Round((double)point.Y));
}

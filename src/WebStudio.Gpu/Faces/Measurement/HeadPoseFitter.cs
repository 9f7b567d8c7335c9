using System.Numerics;
using WebStudio.Gpu.Faces.Landmarks;

namespace WebStudio.Gpu.Faces.Measurement;

/// <summary>
/// Fits a <see cref="HeadPose"/> to landmarks by least squares. It always starts from the frontal pose, so that it cannot end in the mirrored solution that makes
/// plain PnP jump over frontal views (method.md section 9), and lets the face be a little taller or shorter than the mean face.
/// </summary>
internal static class HeadPoseFitter
{
    /// <summary>How far a face's height may leave the mean face's (log) before it costs as much as one landmark that is off by <see cref="Noise"/>.</summary>
    private const double StretchDeviation = 0.08;

    /// <summary>Expected error of a landmark in units of the mean face.</summary>
    private const double Noise = 3;

    private static readonly (int Landmark, double Weight)[] Used = [.. Enumerable.Range(0, 68).Select(i => (i, Weight(i))).Where(u => u.Item2 > 0)];

    /// <summary>The pose that explains 68 landmarks best, and what remains: the weighted root mean square distance in units of the mean face.</summary>
    public static (HeadPose Pose, double Residual) Fit(Vector2[] points)
    {
        // Measured in a picture where the face is upright and as large as the mean face, so that all parameters are of the order of 1.
        var eyes = FaceLandmarks.RightmostEye(points) - FaceLandmarks.LeftmostEye(points);
        var between = (FaceLandmarks.RightmostEye(points) + FaceLandmarks.LeftmostEye(points)) / 2;
        var face = MeanFace.Points;
        // A turned head narrows the distance of the eyes but not the height: the larger scale is the better guess.
        var size = Math.Max(eyes.Length() / (face[45].X + face[42].X), Vector2.Distance(points[51], between) / (face[51].Y - face[36].Y));
        size = Math.Max(size, 1e-6f);
        var angle = MathF.Atan2(eyes.Y, eyes.X);
        Vector2[] upright = [.. points.Select(p => FaceFrame.Rotate(p - between, -angle) / size)];
        double[] start = [0, 0, 0, 0, 0, 0, -face[36].Y / 50];

        HeadPose Pose(double[] p) => new(p[0], p[1], p[2], Math.Exp(p[3]), Math.Exp(p[4] * 0.1), p[5] * 50, p[6] * 50);
        double[] Residuals(double[] p)
        {
            var pose = Pose(p);
            var m = pose.Projection();
            var r = new double[Used.Length * 2 + 1];
            for (var i = 0; i < Used.Length; i++)
            {
                var (model, seen) = (MeanFace.Points[Used[i].Landmark], upright[Used[i].Landmark]);
                var weight = Math.Sqrt(Used[i].Weight);
                r[2 * i] = weight * (m.Xx * model.X + m.Xy * model.Y + m.Xz * model.Z + pose.OriginX - seen.X);
                r[2 * i + 1] = weight * (m.Yx * model.X + m.Yy * model.Y + m.Yz * model.Z + pose.OriginY - seen.Y);
            }
            r[^1] = p[4] * 0.1 / StretchDeviation * Noise;
            return r;
        }

        var best = LeastSquares.Minimize(Residuals, start);
        var fitted = Pose(best);
        var residual = Math.Sqrt(Residuals(best)[..^1].Sum(v => v * v) / Used.Sum(u => u.Weight));
        var origin = FaceFrame.Rotate(new Vector2((float)fitted.OriginX, (float)fitted.OriginY) * size, angle) + between;
        return (fitted with { Roll = fitted.Roll + angle, Scale = fitted.Scale * size, OriginX = origin.X, OriginY = origin.Y }, residual);
    }

    /// <summary>How far a landmark can be trusted to follow the rigid head: the jaw is a contour that slides over the cheek as the head turns, lower lip and chin
    /// move with the mouth, brows and lids with the expression.</summary>
    private static double Weight(int landmark) => landmark switch
    {
        <= 16 => 0,
        <= 26 => 0.25,
        <= 35 => 1,
        36 or 39 or 42 or 45 => 1,
        <= 47 => 0.5,
        48 or 54 => 0.3,
        50 or 51 or 52 => 0.5,
        _ => 0,
    };
}

using System.Numerics;

namespace WebStudio.Gpu.Faces.Measurement;

/// <summary>
/// The landmarks as they would lie in a frontal view, in units of <see cref="MeanFace"/> (the eyes' centres 65 apart): what the rigid pose leaves unexplained is
/// carried back to the face's own plane. A turned head's smile is thus measured on the same scale as a frontal one's.
/// </summary>
internal sealed class FrontalFace
{
    private readonly Vector2[] _points = new Vector2[68];
    private readonly float _leftWeight;

    /// <summary>Undoes the pose.</summary>
    public FrontalFace(ReadOnlySpan<Vector2> landmarks, HeadPose pose)
    {
        var m = pose.Projection();
        // Near profile the plane is seen edge-on and cannot be undone; the bound keeps numbers finite there.
        var determinant = Math.Max(Math.Abs(m.Xx * m.Yy - m.Xy * m.Yx), 0.2 * pose.Scale * pose.Scale);
        for (var i = 0; i < 68; i++)
        {
            var model = MeanFace.Points[i];
            var x = landmarks[i].X - (m.Xx * model.X + m.Xy * model.Y + m.Xz * model.Z + pose.OriginX);
            var y = landmarks[i].Y - (m.Yx * model.X + m.Yy * model.Y + m.Yz * model.Z + pose.OriginY);
            _points[i] = new((float)(model.X + (m.Yy * x - m.Xy * y) / determinant), (float)(model.Y + (m.Xx * y - m.Yx * x) / determinant));
        }
        // The half of the face that is turned away is seen badly: the other one counts more.
        _leftWeight = (float)(0.5 + 0.5 * Math.Clamp(Math.Sin(pose.Yaw) * 1.4, -1, 1));
    }

    /// <summary>Distance of the mouth's corners; about 53 at rest.</summary>
    public float MouthWidth => _points[54].X - _points[48].X;

    /// <summary>How far the inner corners of the mouth lie above the middle of the lips' opening; negative at rest.</summary>
    public float CornerLift => (_points[62].Y + _points[66].Y) / 2 - Near(_points[60].Y, _points[64].Y);

    /// <summary>Gap between the lips; 0 closed, about 32 in a shout.</summary>
    public float LipGap => (_points[65].Y + _points[66].Y + _points[67].Y - _points[61].Y - _points[62].Y - _points[63].Y) / 3;

    /// <summary>Distance of the lids.</summary>
    public float LidGap => Near(Lids(36), Lids(42));

    private float Lids(int eye) => (_points[eye + 4].Y + _points[eye + 5].Y - _points[eye + 1].Y - _points[eye + 2].Y) / 2;

    private float Near(float left, float right) => left * _leftWeight + right * (1 - _leftWeight);
}

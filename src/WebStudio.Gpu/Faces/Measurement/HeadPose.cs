namespace WebStudio.Gpu.Faces.Measurement;

/// <summary>How a head stands before the camera, under weak perspective: picture = Scale · (R · (x, Stretch · y, z))_xy + (OriginX, OriginY), where R turns by pitch, then yaw, then roll.</summary>
/// <param name="Yaw">Radians, positive where the nose points to the right of the picture.</param>
/// <param name="Pitch">Radians, positive where the nose points up.</param>
/// <param name="Roll">Radians, clockwise as seen.</param>
/// <param name="Scale">Picture pixels per unit of <see cref="MeanFace"/>.</param>
/// <param name="Stretch">This face's height relative to the mean face, about 1.</param>
/// <param name="OriginX">Picture x of the mean face's origin.</param>
/// <param name="OriginY">Picture y of the mean face's origin.</param>
internal readonly record struct HeadPose(double Yaw, double Pitch, double Roll, double Scale, double Stretch, double OriginX, double OriginY)
{
    /// <summary>Picture x and y per unit of model x, y and z: the upper two rows of Scale · R · diag(1, Stretch, 1).</summary>
    public (double Xx, double Xy, double Xz, double Yx, double Yy, double Yz) Projection()
    {
        var (sy, cy) = Math.SinCos(Yaw);
        var (sp, cp) = Math.SinCos(Pitch);
        var (sr, cr) = Math.SinCos(Roll);
        var tall = Scale * Stretch;
        return (Scale * cr * cy, tall * (cr * sy * sp - sr * cp), -Scale * (cr * sy * cp + sr * sp), Scale * sr * cy, tall * (sr * sy * sp + cr * cp), Scale * (cr * sp - sr * sy * cp));
    }
}

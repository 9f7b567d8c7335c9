using System.Numerics;
using WebStudio.Gpu.Faces.Landmarks;
using WebStudio.Gpu.Faces.Measurement;

namespace WebStudio.Gpu.Tests.Faces;

public sealed class HeadPoseFitterTests
{
    private static double Radians(double degrees) => double.DegreesToRadians(degrees);

    /// <summary>Landmarks of the mean face in a given pose, by rotation matrices written out one axis at a time.</summary>
    private static Vector2[] Draw(double yaw, double pitch, double roll, double scale, double stretch, Vector2 origin, Func<int, Vector2>? noise = null)
    {
        var points = new Vector2[68];
        for (var i = 0; i < 68; i++)
        {
            var (x, y, z) = ((double)MeanFace.Points[i].X, MeanFace.Points[i].Y * stretch, (double)MeanFace.Points[i].Z);
            (y, z) = (y * Math.Cos(pitch) + z * Math.Sin(pitch), -y * Math.Sin(pitch) + z * Math.Cos(pitch));
            x = x * Math.Cos(yaw) - z * Math.Sin(yaw);
            (x, y) = (x * Math.Cos(roll) - y * Math.Sin(roll), x * Math.Sin(roll) + y * Math.Cos(roll));
            points[i] = new Vector2((float)(x * scale), (float)(y * scale)) + origin + (noise?.Invoke(i) ?? default);
        }
        return points;
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(25, -10, 5)]
    [InlineData(-50, 20, -30)]
    [InlineData(3, -30, 60)]
    [InlineData(-1, 0, -100)]
    public void A_drawn_pose_is_found_again(double yaw, double pitch, double roll)
    {
        var points = Draw(Radians(yaw), Radians(pitch), Radians(roll), 1.7, 1, new(300, 200));
        var (pose, residual) = HeadPoseFitter.Fit(points);
        Assert.Equal(yaw, double.RadiansToDegrees(pose.Yaw), 0.05);
        Assert.Equal(pitch, double.RadiansToDegrees(pose.Pitch), 0.05);
        Assert.Equal(roll, double.RadiansToDegrees(pose.Roll), 0.05);
        Assert.Equal(1.7, pose.Scale, 0.005);
        Assert.InRange(residual, 0, 0.01);
    }

    [Fact]
    public void A_taller_face_is_not_taken_for_a_tilted_one()
    {
        var (pose, _) = HeadPoseFitter.Fit(Draw(Radians(10), 0, 0, 1, 1.1, default));
        Assert.Equal(10, double.RadiansToDegrees(pose.Yaw), 0.5);
        Assert.InRange(double.RadiansToDegrees(pose.Pitch), -2.5, 2.5); // the prior holds the stretch back a little
        Assert.InRange(pose.Stretch, 1.06, 1.11);
    }

    [Fact]
    public void Yaw_passes_through_frontal_without_a_jump_or_a_gap()
    {
        // Landmarks as unsteady as the network's (1.5 units), different at every angle: neighbours may differ by noise, never by a flip.
        var random = new Random(5);
        var worst = 0.0;
        for (var yaw = -60.0; yaw <= 60; yaw += 0.5)
        {
            var points = Draw(Radians(yaw), Radians(5), 0, 1, 1.03, default, _ => new Vector2(random.NextSingle() - 0.5f, random.NextSingle() - 0.5f) * 5.2f);
            worst = Math.Max(worst, Math.Abs(double.RadiansToDegrees(HeadPoseFitter.Fit(points).Pose.Yaw) - yaw));
        }
        Assert.InRange(worst, 0, 6);
    }

    [Fact]
    public void Mirroring_the_landmarks_negates_yaw_and_roll_exactly()
    {
        var random = new Random(7);
        var points = Draw(Radians(18), Radians(-7), Radians(12), 1.2, 0.96, new(100, 90), _ => new(random.NextSingle() * 4, random.NextSingle() * 4));
        var mirrored = new Vector2[68];
        for (var i = 0; i < 68; i++)
            mirrored[FaceLandmarks.MirrorIndex(i)] = points[i] with { X = 200 - points[i].X };
        var (a, b) = (HeadPoseFitter.Fit(points).Pose, HeadPoseFitter.Fit(mirrored).Pose);
        Assert.Equal(-a.Yaw, b.Yaw, 1e-4);
        Assert.Equal(-a.Roll, b.Roll, 1e-4);
        Assert.Equal(a.Pitch, b.Pitch, 1e-4);
        Assert.Equal(a.Stretch, b.Stretch, 1e-4);
    }

    [Fact]
    public void Mirror_indices_pair_the_points_of_the_symmetric_mean_face()
    {
        for (var i = 0; i < 68; i++)
        {
            var other = MeanFace.Points[FaceLandmarks.MirrorIndex(i)];
            Assert.Equal(i, FaceLandmarks.MirrorIndex(FaceLandmarks.MirrorIndex(i)));
            Assert.Equal(MeanFace.Points[i] with { X = -MeanFace.Points[i].X }, other);
        }
    }

    [Fact]
    public void Undoing_the_pose_gives_a_turned_face_the_frontal_measures()
    {
        var frontal = Draw(0, 0, 0, 1, 1, default);
        var turned = Draw(Radians(35), Radians(10), Radians(-15), 2.3, 1, new(400, 300));
        var (a, b) = (new FrontalFace(frontal, HeadPoseFitter.Fit(frontal).Pose), new FrontalFace(turned, HeadPoseFitter.Fit(turned).Pose));
        Assert.Equal(a.MouthWidth, b.MouthWidth, 0.1f);
        Assert.Equal(a.LipGap, b.LipGap, 0.1f);
        Assert.Equal(a.CornerLift, b.CornerLift, 0.1f);
        Assert.Equal(a.LidGap, b.LidGap, 0.1f);
    }
}

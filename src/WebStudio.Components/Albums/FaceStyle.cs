using System.Globalization;
using WebStudio.Gpu.Faces;

namespace WebStudio.Components.Albums;

/// <summary>Places on a photo as shares of it, so that they hold at every size it is shown in.</summary>
internal static class FaceStyle
{
    /// <summary>A box over the photo, kept inside it.</summary>
    public static string Of(PhotoView photo, FaceBox box)
    {
        var (left, top) = (Math.Clamp(box.Left, 0, photo.Width), Math.Clamp(box.Top, 0, photo.Height));
        var (right, bottom) = (Math.Clamp(box.Right, 0, photo.Width), Math.Clamp(box.Bottom, 0, photo.Height));
        return $"left: {Share(left, photo.Width)}; top: {Share(top, photo.Height)}; width: {Share(right - left, photo.Width)}; height: {Share(bottom - top, photo.Height)}";
    }

    /// <summary>A point on the photo.</summary>
    public static string Of(PhotoView photo, System.Numerics.Vector2 point) => $"left: {Share(point.X, photo.Width)}; top: {Share(point.Y, photo.Height)}";

    private static string Share(float part, int whole) => (100.0 * part / whole).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}

using System.Numerics;

namespace WebStudio.Gpu.Faces.Landmarks;

/// <summary>A square laid over a face, from which a network's input is cut.</summary>
/// <param name="Center">Its middle, in picture pixels (the picture's left and upper edges are 0, the first pixel's centre 0.5).</param>
/// <param name="Size">Its side in picture pixels.</param>
/// <param name="Angle">Its rotation in radians, clockwise as seen.</param>
/// <param name="Mirrored">Whether the square is read from right to left.</param>
internal readonly record struct FaceFrame(Vector2 Center, float Size, float Angle = 0, bool Mirrored = false)
{
    /// <summary>The square around a detector's box.</summary>
    public static FaceFrame Around(FaceBox box) => new(box.Center, Math.Max(box.Width, box.Height));

    /// <summary>The picture point at (u, v), fractions of the square's side from its upper left corner.</summary>
    public Vector2 ToPicture(Vector2 fraction)
    {
        var local = (fraction - new Vector2(0.5f)) * Size;
        if (Mirrored)
            local.X = -local.X;
        return Center + Rotate(local, Angle);
    }

    /// <summary>The same square moved by fractions of its side along its own axes, scaled and turned.</summary>
    public FaceFrame Vary(Vector2 shift, float scale, float turn) => this with { Center = Center + Rotate(shift * Size, Angle), Size = Size * scale, Angle = Angle + turn };

    /// <summary>A vector turned clockwise as seen (y points down).</summary>
    public static Vector2 Rotate(Vector2 v, float angle)
    {
        var (sin, cos) = MathF.SinCos(angle);
        return new(v.X * cos - v.Y * sin, v.X * sin + v.Y * cos);
    }
}

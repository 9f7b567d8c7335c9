using System.Numerics;

namespace WebStudio.Gpu.Faces;

/// <summary>An upright rectangle in a photo, in pixels; it may reach outside the photo.</summary>
/// <param name="Left">x of the left edge.</param>
/// <param name="Top">y of the upper edge.</param>
/// <param name="Width">Width, at least 0.</param>
/// <param name="Height">Height, at least 0.</param>
public readonly record struct FaceBox(float Left, float Top, float Width, float Height)
{
    /// <summary>x of the right edge.</summary>
    public float Right => Left + Width;

    /// <summary>y of the lower edge.</summary>
    public float Bottom => Top + Height;

    /// <summary>The middle.</summary>
    public Vector2 Center => new(Left + Width / 2, Top + Height / 2);

    /// <summary>One number for how large the face is: √(width · height).</summary>
    public float Size => MathF.Sqrt(Width * Height);

    /// <summary>Shared area over united area, 0 to 1.</summary>
    public float IntersectionOverUnion(FaceBox other)
    {
        var width = Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left));
        var height = Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
        var shared = width * height;
        var united = Width * Height + other.Width * other.Height - shared;
        return united > 0 ? shared / united : 0;
    }
}

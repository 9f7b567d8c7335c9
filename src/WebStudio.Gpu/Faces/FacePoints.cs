using System.Numerics;
using WebStudio.Gpu.Faces.Landmarks;

namespace WebStudio.Gpu.Faces;

/// <summary>Three points that say where a face is, as a user sets them by hand: enough for FFHQ's square, also where no face was found.</summary>
/// <param name="LeftEye">Centre of the eye that is left in the upright face's picture; photo pixels, the photo's upper left corner is 0, 0.</param>
/// <param name="RightEye">Centre of the other eye.</param>
/// <param name="Mouth">Centre of the mouth.</param>
public sealed record FacePoints(Vector2 LeftEye, Vector2 RightEye, Vector2 Mouth)
{
    /// <summary>The points with the eyes in the order that is no mirror image, whichever was pointed at first.</summary>
    /// <param name="eye">One eye.</param>
    /// <param name="otherEye">The other.</param>
    /// <param name="mouth">The mouth.</param>
    /// <exception cref="InvalidInputException">The points coincide, or lie on one line: that is no face.</exception>
    public static FacePoints Of(Vector2 eye, Vector2 otherEye, Vector2 mouth)
    {
        var (eyes, down) = (otherEye - eye, mouth - (eye + otherEye) / 2);
        // The mouth lies a quarter turn clockwise (as seen) from the line that leads from the left eye to the right one.
        var turn = eyes.X * down.Y - eyes.Y * down.X;
        if (!float.IsFinite(turn) || MathF.Abs(turn) < 0.1f * eyes.Length() * down.Length() || eyes.Length() < 2 || down.Length() < 2)
            throw new InvalidInputException("The three points form no face: point at one eye, the other eye and the middle of the mouth.");
        return turn > 0 ? new(eye, otherEye, mouth) : new(otherEye, eye, mouth);
    }

    /// <summary>The middle of the three, which lies on the face.</summary>
    public Vector2 Center => (LeftEye + RightEye + Mouth) / 3;

    /// <summary>The upright box that a detector would draw around this face, from brows to chin.</summary>
    internal FaceBox Box
    {
        get
        {
            var frame = Frame;
            var size = frame.Size / LandmarkDetector.Margin;
            return new(frame.Center.X - size / 2, frame.Center.Y - size / 2, size, size);
        }
    }

    /// <summary>The turned square from which landmarks are looked for: in FFHQ's frame the face fills 0.62 of the side and sits a little below the middle.</summary>
    internal FaceFrame Frame
    {
        get
        {
            var quad = FfhqAlignmentQuad.Of(this, 1);
            var center = new Vector2((float)(quad.CenterX - 0.14 * quad.AxisY) + 0.5f, (float)(quad.CenterY + 0.14 * quad.AxisX) + 0.5f);
            return new(center, 0.62f * (float)quad.Size * LandmarkDetector.Margin, MathF.Atan2((float)quad.AxisY, (float)quad.AxisX));
        }
    }
}

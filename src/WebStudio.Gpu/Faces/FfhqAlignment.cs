using System.Numerics;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces;

/// <summary>
/// FFHQ face alignment (Karras et al. 2019), step by step as the official code does it, so that generators trained on FFHQ see what they know:
/// the oriented square of eyes and mouth; shrink, crop and pad the photo; sample the square; reduce.
/// </summary>
public static class FfhqAlignment
{
    /// <summary>Number of landmarks expected (dlib's scheme).</summary>
    public const int LandmarkCount = 68;

    /// <summary>Cuts a face out.</summary>
    /// <param name="photo">The whole photo, upright.</param>
    /// <param name="landmarks">68 points in pixel indices of the photo (0 is the centre of its first pixel); rounded to whole pixels.</param>
    /// <param name="options">Size and crop; FFHQ's when null.</param>
    /// <exception cref="ArgumentException">Not 68 finite points, or an option out of range.</exception>
    /// <exception cref="InvalidInputException">The landmarks form no face, or it lies outside the photo.</exception>
    public static AlignedFace Align(RgbImage photo, IReadOnlyList<Vector2> landmarks, FfhqAlignmentOptions? options = null)
    {
        if (landmarks.Count != LandmarkCount || !landmarks.All(p => float.IsFinite(p.X) && float.IsFinite(p.Y)))
            throw new ArgumentException($"Expected {LandmarkCount} finite landmarks, got {landmarks.Count} points.", nameof(landmarks));
        options = Checked(options);
        return Align(photo, FfhqAlignmentQuad.Of(landmarks, options.CropScale), options);
    }

    /// <summary>Cuts out the face that three points set by hand describe.</summary>
    /// <param name="photo">The whole photo, upright.</param>
    /// <param name="points">Eyes and mouth; not rounded.</param>
    /// <param name="options">Size and crop; FFHQ's when null.</param>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    /// <exception cref="InvalidInputException">The points form no face, or it lies outside the photo.</exception>
    public static AlignedFace Align(RgbImage photo, FacePoints points, FfhqAlignmentOptions? options = null)
    {
        options = Checked(options);
        return Align(photo, FfhqAlignmentQuad.Of(points, options.CropScale), options);
    }

    /// <summary>The square that would be cut out: top left, bottom left, bottom right and top right corner as the upright face sees them, in points of the photo (its upper left corner is 0, 0).</summary>
    /// <param name="landmarks">As for <see cref="Align(RgbImage, IReadOnlyList{Vector2}, FfhqAlignmentOptions?)"/>.</param>
    /// <exception cref="InvalidInputException">The landmarks form no face.</exception>
    public static IReadOnlyList<Vector2> Square(IReadOnlyList<Vector2> landmarks) => Corners(FfhqAlignmentQuad.Of(landmarks, 1));

    /// <summary>As for landmarks, from three points.</summary>
    /// <param name="points">Eyes and mouth.</param>
    /// <exception cref="InvalidInputException">The points form no face.</exception>
    public static IReadOnlyList<Vector2> Square(FacePoints points) => Corners(FfhqAlignmentQuad.Of(points, 1));

    private static Vector2[] Corners(FfhqAlignmentQuad quad) => [.. quad.Move(0.5, 0.5).Corners.Select(c => new Vector2((float)c.X, (float)c.Y))];

    private static FfhqAlignmentOptions Checked(FfhqAlignmentOptions? options)
    {
        options ??= new FfhqAlignmentOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.OutputSize, 16, nameof(options));
        return options is { CropScale: >= 0.5 and <= 4, Oversampling: >= 1 and <= 8 }
            ? options
            : throw new ArgumentException($"CropScale is 0.5 to 4 and Oversampling 1 to 8; got {options.CropScale} and {options.Oversampling}.", nameof(options));
    }

    private static AlignedFace Align(RgbImage photo, FfhqAlignmentQuad quad, FfhqAlignmentOptions options)
    {
        var cutout = Cutout.Of(photo, quad).Shrink(options.OutputSize).Crop().Pad();
        var aligned = Sample(cutout, options.OutputSize * options.Oversampling).Resize(options.OutputSize, options.OutputSize);
        return new AlignedFace(aligned, ToPhoto(cutout, options.OutputSize), photo.Width, photo.Height);
    }

    internal static RgbImage Sample(Cutout cutout, int size)
    {
        var corners = cutout.Quad.Move(0.5, 0.5).Corners; // from pixel indices to points
        var (topLeft, bottomLeft, topRight) = (corners[0], corners[1], corners[3]);
        return AffineSampler.Sample(cutout.Image, topLeft, (topRight.X - topLeft.X, topRight.Y - topLeft.Y), (bottomLeft.X - topLeft.X, bottomLeft.Y - topLeft.Y), size);
    }

    private static Matrix3x2 ToPhoto(Cutout cutout, int size)
    {
        var (topLeft, bottomLeft, _, topRight) = cutout.Quad.Move(0.5 - cutout.Left, 0.5 - cutout.Top).Corners switch { var c => (c[0], c[1], c[2], c[3]) };
        return new Matrix3x2(
            (float)((topRight.X - topLeft.X) / size * cutout.ScaleX), (float)((topRight.Y - topLeft.Y) / size * cutout.ScaleY),
            (float)((bottomLeft.X - topLeft.X) / size * cutout.ScaleX), (float)((bottomLeft.Y - topLeft.Y) / size * cutout.ScaleY),
            (float)(topLeft.X * cutout.ScaleX), (float)(topLeft.Y * cutout.ScaleY));
    }

    /// <summary>
    /// The part of the photo that the square needs, on its way: pixel (x, y) of <see cref="Image"/> is (x − Left, y − Top) of the shrunk photo, one
    /// pixel of which is ScaleX × ScaleY pixels of the photo.
    /// </summary>
    internal sealed record Cutout(RgbImage Image, FfhqAlignmentQuad Quad, int Left, int Top, double ScaleX, double ScaleY)
    {
        public static Cutout Of(RgbImage photo, FfhqAlignmentQuad quad) => new(photo, quad, 0, 0, 1, 1);

        /// <summary>Pixels kept around the square; at least 3 (then padding always happens, whatever the photo).</summary>
        private int Border => Math.Max((int)Math.Round(Quad.Size * 0.1), 3);

        /// <summary>Reduces a photo that has more than twice the pixels needed.</summary>
        public Cutout Shrink(int outputSize)
        {
            var factor = Math.Floor(Quad.Size / outputSize * 0.5);
            if (factor <= 1)
                return this;
            var (width, height) = (Math.Max(1, (int)Math.Round(Image.Width / factor)), Math.Max(1, (int)Math.Round(Image.Height / factor)));
            return this with
            {
                Image = Image.Resize(width, height),
                Quad = Quad.Divide(factor),
                ScaleX = (double)Image.Width / width,
                ScaleY = (double)Image.Height / height,
            };
        }

        /// <summary>Keeps the square's surroundings only.</summary>
        public Cutout Crop()
        {
            var (left, top, right, bottom) = Quad.Bounds;
            (left, top) = (Math.Max(left - Border, 0), Math.Max(top - Border, 0));
            (right, bottom) = (Math.Min(right + Border, Image.Width), Math.Min(bottom + Border, Image.Height));
            if (right <= left || bottom <= top)
                throw new InvalidInputException("The face lies outside the photo.");
            return this with { Image = Image.Crop(left, top, right - left, bottom - top), Quad = Quad.Move(-left, -top), Left = Left - left, Top = Top - top };
        }

        /// <summary>Invents what the square needs beyond the photo.</summary>
        public Cutout Pad()
        {
            var (left, top, right, bottom) = Quad.Bounds;
            (left, top) = (Math.Max(Border - left, 0), Math.Max(Border - top, 0));
            (right, bottom) = (Math.Max(right - Image.Width + Border, 0), Math.Max(bottom - Image.Height + Border, 0));
            if (Math.Max(Math.Max(left, right), Math.Max(top, bottom)) <= Border - 4)
                return this;
            var least = Math.Max(1, (int)Math.Round(Quad.Size * 0.3));
            (left, top, right, bottom) = (Math.Max(left, least), Math.Max(top, least), Math.Max(right, least), Math.Max(bottom, least));
            var padded = FfhqAlignmentPadding.Apply(Image, left, top, right, bottom, Quad.Size * 0.02);
            return this with { Image = padded, Quad = Quad.Move(left, top), Left = Left + left, Top = Top + top };
        }
    }
}

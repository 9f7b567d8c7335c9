using System.Numerics;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Faces;

/// <summary>A face cut out upright, and where it came from. Points are continuous: a picture's first pixel covers 0 to 1, its centre is 0.5.</summary>
public sealed class AlignedFace
{
    internal AlignedFace(RgbImage image, Matrix3x2 toPhoto, int photoWidth, int photoHeight)
    {
        (Image, ToPhoto) = (image, toPhoto);
        Matrix3x2.Invert(toPhoto, out var toAligned);
        ToAligned = toAligned;
        Corners = [.. ((Vector2[])[new(0, 0), new(0, image.Height), new(image.Width, image.Height), new(image.Width, 0)]).Select(p => Vector2.Transform(p, toPhoto))];
        FromPhoto = new bool[image.Width * image.Height];
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
            {
                var point = Vector2.Transform(new(x + 0.5f, y + 0.5f), toPhoto);
                FromPhoto[y * image.Width + x] = point.X >= 0 && point.X < photoWidth && point.Y >= 0 && point.Y < photoHeight;
            }
        FromPhotoFraction = FromPhoto.Count(real => real) / (double)FromPhoto.Length;
    }

    /// <summary>The square picture, OutputSize pixels a side.</summary>
    public RgbImage Image { get; }

    /// <summary>The crop in the photo: top left, bottom left, bottom right and top right corner as the upright face sees them; may lie outside the photo.</summary>
    public IReadOnlyList<Vector2> Corners { get; }

    /// <summary>Points of <see cref="Image"/> to points of the photo.</summary>
    public Matrix3x2 ToPhoto { get; }

    /// <summary>Points of the photo to points of <see cref="Image"/>.</summary>
    public Matrix3x2 ToAligned { get; }

    /// <summary>
    /// For every pixel of <see cref="Image"/>, [H · W] in rows: true where the photo has content, false where the border was invented (mirrored,
    /// blurred, faded). Next to an invented border the photo's own pixels are softened too, over a tenth of the crop's side.
    /// </summary>
    public bool[] FromPhoto { get; }

    /// <summary>Part of the picture that comes from the photo, 0 to 1.</summary>
    public double FromPhotoFraction { get; }
}

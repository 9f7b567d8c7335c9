using System.Numerics;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>
/// An edited face back into the whole photo, at the photo's own resolution. The generator's picture is small: where the edit changed nothing the photo keeps its own detail, where it changed something its
/// picture comes in, enlarged, and in between the small difference is added to the photo. Pixels outside the blended region are the photo's, byte for byte.
/// </summary>
/// <param name="photo">The whole photo, upright.</param>
/// <param name="toPhoto">Points of the crop to points of the photo (Faces.AlignedFace.ToPhoto).</param>
/// <param name="size">Side of the crop in pixels.</param>
public sealed class PutBack(RgbImage photo, Matrix3x2 toPhoto, int size)
{
    // Shares of the crop's side over which the edit fades out towards the crop's border.
    private const float FadeFrom = 0.02f, FadeTo = 0.16f;

    // Change of the small picture (in units of 2 for black to white, averaged over some pixels) below which the photo's own detail stays, and above which the generator's picture takes its place.
    private const float Kept = 0.06f, Replaced = 0.22f;
    private const double ChangeSpread = 0.02; // of the side: how far a change reaches

    /// <summary>The photo with the edit in it.</summary>
    /// <param name="edited">[1, 3, R, R] in [-1, 1].</param>
    /// <param name="reconstruction">The same face unedited, by the same network; what differs is the edit.</param>
    public RgbImage Edit(Tensor edited, Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var change = Degradations.Blur((edited - reconstruction).abs().max(1, keepdim: true).values.expand(-1, 3, -1, -1), Math.Max(0.5, ChangeSpread * size)).select(1, 0);
        var replaced = ((change - Kept) / (Replaced - Kept)).clamp(0, 1);
        replaced = replaced * replaced * (3 - 2 * replaced); // smoothstep
        var face = new Plane(edited);
        var difference = new Plane(edited - reconstruction);
        var share = new Plane(replaced.unsqueeze(1));
        var pixels = (byte[])photo.Pixels.Clone();
        ForEachPixel((i, at, fade) =>
        {
            var k = Math.Clamp(share.At(0, at), 0, 1);
            for (var c = 0; c < 3; c++)
            {
                var own = photo.Pixels[3 * i + c];
                var kept = own + 127.5f * difference.At(c, at);
                var generated = 127.5f * (face.At(c, at) + 1);
                pixels[3 * i + c] = Level(own + fade * ((1 - k) * kept + k * generated - own));
            }
        });
        return new RgbImage(photo.Width, photo.Height, pixels);
    }

    /// <summary>The photo with a restored face in the place of its own, faded in towards the crop's border.</summary>
    /// <param name="restored">[1, 3, R, R] in [-1, 1].</param>
    public RgbImage Replace(Tensor restored)
    {
        using var scope = NewDisposeScope();
        var face = new Plane(restored);
        var pixels = (byte[])photo.Pixels.Clone();
        ForEachPixel((i, at, fade) =>
        {
            for (var c = 0; c < 3; c++)
                pixels[3 * i + c] = Level(photo.Pixels[3 * i + c] + fade * (127.5f * (face.At(c, at) + 1) - photo.Pixels[3 * i + c]));
        });
        return new RgbImage(photo.Width, photo.Height, pixels);
    }

    /// <summary>The photo with its missing part filled in the gradient domain; every other pixel stays.</summary>
    /// <param name="restored">[1, 3, R, R] in [-1, 1].</param>
    /// <param name="missing">[H · W] of the photo in rows: true where it is missing. What lies outside the crop stays as it is.</param>
    public RgbImage Fill(Tensor restored, bool[] missing)
    {
        using var scope = NewDisposeScope();
        var face = new Plane(restored);
        var source = (byte[])photo.Pixels.Clone();
        var region = new bool[missing.Length];
        ForEachPixel((i, at, _) =>
        {
            if (!missing[i])
                return;
            region[i] = true;
            for (var c = 0; c < 3; c++)
                source[3 * i + c] = Level(127.5f * (face.At(c, at) + 1));
        });
        return Blended(new RgbImage(photo.Width, photo.Height, source), region);
    }

    /// <summary>Blends in the part of the photo that holds the region: the solver's time goes with the size of what it is given.</summary>
    private RgbImage Blended(RgbImage source, bool[] region)
    {
        var (left, top, right, bottom) = (photo.Width, photo.Height, -1, -1);
        for (var y = 0; y < photo.Height; y++)
            for (var x = 0; x < photo.Width; x++)
                if (region[y * photo.Width + x])
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
        if (right < 0)
            return photo;
        (left, top) = (Math.Max(0, left - 1), Math.Max(0, top - 1));
        var (width, height) = (Math.Min(photo.Width, right + 2) - left, Math.Min(photo.Height, bottom + 2) - top);
        var part = new bool[width * height];
        for (var y = 0; y < height; y++)
            Array.Copy(region, (top + y) * photo.Width + left, part, y * width, width);
        if (Array.TrueForAll(part, inside => inside))
            return source; // the whole photo was missing
        var blended = MembraneBlend.Blend(photo.Crop(left, top, width, height), source.Crop(left, top, width, height), part);
        var pixels = (byte[])photo.Pixels.Clone();
        for (var y = 0; y < height; y++)
            Array.Copy(blended.Pixels, y * width * 3, pixels, ((top + y) * photo.Width + left) * 3, width * 3);
        return new RgbImage(photo.Width, photo.Height, pixels);
    }

    /// <summary>Every pixel of the photo under the crop: its index, its place in the crop's pixels, and how much of the edit arrives there.</summary>
    private void ForEachPixel(Action<int, Vector2, float> pixel)
    {
        if (!Matrix3x2.Invert(toPhoto, out var toCrop))
            throw new ArgumentException("The crop has no area.");
        Vector2[] corners = [.. ((Vector2[])[new(0, 0), new(size, 0), new(0, size), new(size, size)]).Select(c => Vector2.Transform(c, toPhoto))];
        var (left, right) = (Math.Max(0, (int)corners.Min(c => c.X)), Math.Min(photo.Width, (int)corners.Max(c => c.X) + 1));
        var (top, bottom) = (Math.Max(0, (int)corners.Min(c => c.Y)), Math.Min(photo.Height, (int)corners.Max(c => c.Y) + 1));
        Parallel.For(top, Math.Max(top, bottom), y =>
        {
            for (var x = left; x < right; x++)
            {
                var at = Vector2.Transform(new(x + 0.5f, y + 0.5f), toCrop);
                var inside = Math.Min(Math.Min(at.X, size - at.X), Math.Min(at.Y, size - at.Y)) / size;
                if (inside <= FadeFrom)
                    continue;
                var fade = Math.Min(1, (inside - FadeFrom) / (FadeTo - FadeFrom));
                pixel(y * photo.Width + x, at, fade * fade * (3 - 2 * fade));
            }
        });
    }

    private static byte Level(float value) => (byte)Math.Clamp(MathF.Round(value), 0, 255);

    /// <summary>A picture [1, C, R, R] that can be asked between its pixels (Catmull-Rom, as sharp as cubic interpolation gets without ringing much).</summary>
    private sealed class Plane
    {
        private readonly float[] _values;
        private readonly int _side;

        public Plane(Tensor picture)
        {
            _side = (int)picture.shape[^1];
            _values = picture.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        }

        /// <summary>Channel c at a point; the first pixel's centre is 0.5.</summary>
        public float At(int c, Vector2 point)
        {
            var (x, y) = (point.X - 0.5f, point.Y - 0.5f);
            var (left, top) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
            Span<float> across = stackalloc float[4], down = stackalloc float[4];
            Weights(x - left, across);
            Weights(y - top, down);
            var sum = 0f;
            for (var v = 0; v < 4; v++)
            {
                var row = (c * _side + Math.Clamp(top - 1 + v, 0, _side - 1)) * _side;
                for (var u = 0; u < 4; u++)
                    sum += down[v] * across[u] * _values[row + Math.Clamp(left - 1 + u, 0, _side - 1)];
            }
            return sum;
        }

        private static void Weights(float t, Span<float> weights)
        {
            weights[0] = t * (-0.5f + t * (1 - 0.5f * t));
            weights[1] = 1 + t * t * (-2.5f + 1.5f * t);
            weights[2] = t * (0.5f + t * (2 - 1.5f * t));
            weights[3] = t * t * (-0.5f + 0.5f * t);
        }
    }
}

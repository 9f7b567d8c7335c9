using System.Numerics;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Applications;

/// <summary>What is wrong with a photo.</summary>
public enum Damage
{
    /// <summary>A part is missing, or is to be replaced (inpainting).</summary>
    Missing,

    /// <summary>It is too small (super-resolution).</summary>
    Small,

    /// <summary>It is out of focus.</summary>
    Blurred,

    /// <summary>It is black and white.</summary>
    Colourless,

    /// <summary>It was compressed too much.</summary>
    Compressed,
}

/// <summary>What is wrong with a photo, and how much.</summary>
/// <param name="Kind">The damage.</param>
/// <param name="Amount">Small: how many times larger the face shall become, 2 to 16, or 0 to find it from the photo. Blurred: standard deviation in pixels of the photo. Compressed: JPEG's quality, 1 to 100. Otherwise ignored.</param>
/// <param name="Missing">Missing: [H · W] of the photo in rows, true where it is missing.</param>
public sealed record DamageDescription(Damage Kind, double Amount = 0, bool[]? Missing = null)
{
    /// <summary>Least and greatest factor of a small photo.</summary>
    public const double LeastFactor = 2, MostFactor = 16;
}

/// <summary>A damaged photo, ready for <see cref="ImageEnhancer"/>: its face at the generator's size as Q leaves it, and the way back into the photo. Owns its tensors.</summary>
public sealed class DamagedPhoto : IDisposable
{
    // Faces are found on pictures of at least this side; small photos are enlarged for it.
    private const int Findable = 300;
    private const double LeastBlur = 0.35;

    private readonly RgbImage _photo;
    private readonly Matrix3x2 _toPhoto;
    private readonly bool[]? _missing;

    private DamagedPhoto(RgbImage photo, Matrix3x2 toPhoto, int size, Degradation degradation, Tensor observed, Tensor mask, bool[]? missing)
    {
        (_photo, _toPhoto, Size, Degradation, _missing) = (photo, toPhoto, size, degradation, missing);
        (Observed, Mask) = (observed.DetachFromDisposeScope(), mask.DetachFromDisposeScope());
    }

    /// <summary>Side of the crop: the generator's.</summary>
    public int Size { get; }

    /// <summary>Q.</summary>
    public Degradation Degradation { get; }

    /// <summary>The face as Q leaves it, [1, 3, R, R] in [-1, 1].</summary>
    public Tensor Observed { get; }

    /// <summary>[1, 1, R, R], 1 where a pixel comes from the photo.</summary>
    public Tensor Mask { get; }

    /// <summary>Finds and aligns the face of a whole photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="damage">What is wrong with it.</param>
    /// <param name="finder">Finds the person and aligns for the generator.</param>
    /// <param name="anybody">True: the face most like the person's is taken, however unlike it is; damaged faces often are.</param>
    /// <exception cref="InvalidInputException">No face, or a damage that cannot be what it is said to be.</exception>
    public static DamagedPhoto Find(RgbImage photo, string name, DamageDescription damage, PhotoOpener finder, bool anybody)
    {
        // What is to be replaced is often there still, and helps; where it is torn or black it leads the search astray, and a smooth fill does not.
        RgbImage[] views = damage.Kind == Damage.Missing ? [photo, Smooth(photo, name, Region(photo, name, damage))] : [photo];
        var scale = Math.Max(1, Findable / (double)Math.Min(photo.Width, photo.Height));
        if (scale > 1)
            views = [.. views.Select(view => view.Resize((int)Math.Round(photo.Width * scale), (int)Math.Round(photo.Height * scale)))];
        var (aligned, shown) = Search(views, name, finder, anybody);
        var toPhoto = aligned.ToPhoto * Matrix3x2.CreateScale(photo.Width / (float)shown.Width, photo.Height / (float)shown.Height);
        var valid = new bool[aligned.FromPhoto.Length];
        aligned.FromPhoto.CopyTo(valid, 0);
        return Make(photo, name, damage, aligned.Image, valid, toPhoto);
    }

    private static (AlignedFace Aligned, RgbImage Shown) Search(RgbImage[] views, string name, PhotoOpener finder, bool anybody)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return (finder.Find(views[i], name, anybody).Aligned, views[i]);
            }
            catch (InvalidInputException) when (i + 1 < views.Length)
            {
                // The next view may show it.
            }
        }
    }

    /// <summary>Takes a picture that is an aligned face already.</summary>
    /// <param name="crop">Square; of any size.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="damage">What is wrong with it.</param>
    /// <param name="size">The generator's size.</param>
    /// <exception cref="InvalidInputException">It is not square, or the damage cannot be what it is said to be.</exception>
    public static DamagedPhoto Aligned(RgbImage crop, string name, DamageDescription damage, int size)
    {
        if (crop.Width != crop.Height)
            throw new InvalidInputException($"{name} is {crop.Width} × {crop.Height} pixels; an aligned face is square.");
        return Make(crop, name, damage, crop.Resize(size, size), [.. Enumerable.Repeat(true, size * size)], Matrix3x2.CreateScale(crop.Width / (float)size));
    }

    /// <summary>A restored face in the whole photo: known pixels of a photo with a missing part stay as they are; a small photo comes back enlarged.</summary>
    /// <param name="restored">[1, 3, R, R] in [-1, 1].</param>
    public RgbImage Whole(Tensor restored)
    {
        if (_missing is not null)
            return new PutBack(_photo, _toPhoto, Size).Fill(restored, _missing);
        if (Degradation is not LowResolution low)
            return new PutBack(_photo, _toPhoto, Size).Replace(restored);
        var (width, height) = ((int)Math.Round(_photo.Width * low.Factor), (int)Math.Round(_photo.Height * low.Factor));
        var large = _photo.Resize(width, height);
        return new PutBack(large, _toPhoto * Matrix3x2.CreateScale(width / (float)_photo.Width, height / (float)_photo.Height), Size).Replace(restored);
    }

    /// <summary>The restored face by itself; of a missing part only that is new.</summary>
    /// <param name="restored">[1, 3, R, R] in [-1, 1].</param>
    public RgbImage Face(Tensor restored)
    {
        var face = RgbImage.FromTensor(restored[0]);
        if (Degradation is not MissingPart missing)
            return face;
        using var scope = NewDisposeScope();
        var hidden = missing.Visible.flatten().cpu().data<float>().ToArray().Select(v => v < 0.5f).ToArray();
        return Array.TrueForAll(hidden, h => h) ? face : MembraneBlend.Blend(RgbImage.FromTensor(Observed[0]), face, hidden);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Observed.Dispose();
        Mask.Dispose();
        (Degradation as MissingPart)?.Visible.Dispose();
        (Degradation as MissingPart)?.Fill.Dispose();
    }

    private static DamagedPhoto Make(RgbImage photo, string name, DamageDescription damage, RgbImage crop, bool[] valid, Matrix3x2 toPhoto)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var size = crop.Width;
        var image = crop.ToTensor().unsqueeze(0);
        var mask = tensor(valid.Select(v => v ? 1f : 0f).ToArray()).view(1, 1, size, size);
        var scale = Vector2.Distance(Vector2.Transform(new(1, 0), toPhoto), Vector2.Transform(Vector2.Zero, toPhoto)); // photo pixels of a crop pixel
        var missing = damage.Kind == Damage.Missing ? Region(photo, name, damage) : null;
        Degradation degradation = damage.Kind switch
        {
            Damage.Missing => Hidden(photo, name, crop, missing!, toPhoto),
            Damage.Small => new LowResolution(Factor(name, damage.Amount, size, scale * size)),
            Damage.Blurred => Blur(name, damage.Amount / scale, size, scale),
            Damage.Colourless => new Colourless(),
            _ => damage.Amount is >= 1 and <= 100
                ? new Compressed((int)damage.Amount, (int)Math.Clamp(Math.Round(scale), 1, 4))
                : throw new InvalidInputException($"JPEG quality goes from 1 to 100, not {damage.Amount:0.#}."),
        };
        // The photo shows what Q left; where it is larger than Q says (a factor set by hand), Q is done to it.
        var observed = degradation is MissingPart or LowResolution or Colourless ? degradation.Apply(image) : image;
        return new(photo, toPhoto, size, degradation, observed.MoveToOuterDisposeScope(), mask.MoveToOuterDisposeScope(), missing);
    }

    private static double Factor(string name, double wanted, int size, double side)
    {
        if (wanted != 0 && wanted is not (>= DamageDescription.LeastFactor and <= DamageDescription.MostFactor))
            throw new InvalidInputException($"A face becomes {DamageDescription.LeastFactor:0} to {DamageDescription.MostFactor:0} times larger, not {wanted:0.#} times.");
        if (wanted != 0)
            return wanted;
        var found = size / side;
        return found is >= 1.2 and <= DamageDescription.MostFactor
            ? found
            : throw new InvalidInputException(found < 1.2
                ? $"The face in {name} is {side:0} pixels large; this model makes faces of {size} pixels and can add nothing to it. Say by how much it is to be enlarged if it is blurred by an enlargement."
                : $"The face in {name} is only {side:0} pixels large; at least {size / DamageDescription.MostFactor:0} are needed.");
    }

    private static Blurred Blur(string name, double sigma, int size, double scale) =>
        sigma >= LeastBlur && 3 * sigma < size
            ? new(sigma)
            : throw new InvalidInputException($"{name}: a blur between {LeastBlur * scale:0.#} and {size * scale / 3:0.#} pixels can be mended with this model, not {sigma * scale:0.#}.");

    private static bool[] Region(RgbImage photo, string name, DamageDescription damage)
    {
        var missing = damage.Missing ?? throw new InvalidInputException($"{name}: a mask says what is missing; none was given.");
        if (missing.Length != photo.Width * photo.Height)
            throw new InvalidInputException($"The mask for {name} has {missing.Length} pixels; the photo has {photo.Width} × {photo.Height}.");
        return Array.Exists(missing, m => m) ? missing : throw new InvalidInputException($"The mask for {name} marks nothing as missing: white is missing, black is known.");
    }

    private static RgbImage Smooth(RgbImage photo, string name, bool[] missing) => Array.TrueForAll(missing, m => m)
        ? throw new InvalidInputException($"The mask for {name} leaves nothing of the photo.")
        : MembraneBlend.Blend(photo, new RgbImage(photo.Width, photo.Height, new byte[photo.Pixels.Length]), missing);

    private static MissingPart Hidden(RgbImage photo, string name, RgbImage crop, bool[] missing, Matrix3x2 toPhoto)
    {
        const int Samples = 4; // along each side of a crop's pixel
        var size = crop.Width;
        var hidden = new bool[size * size];
        for (var y = 0; y < size; y++)
            for (var x = 0; x < size; x++)
                for (var s = 0; s < Samples * Samples && !hidden[y * size + x]; s++)
                {
                    var at = Vector2.Transform(new(x + (s % Samples + 0.5f) / Samples, y + (s / Samples + 0.5f) / Samples), toPhoto);
                    var (u, v) = ((int)MathF.Floor(at.X), (int)MathF.Floor(at.Y));
                    hidden[y * size + x] = u >= 0 && v >= 0 && u < photo.Width && v < photo.Height && missing[v * photo.Width + u];
                }
        if (!Array.Exists(hidden, h => h))
            throw new InvalidInputException($"What is missing in {name} does not touch the face.");
        if (Array.TrueForAll(hidden, h => h))
            throw new InvalidInputException($"Nothing of the face in {name} is known.");
        var visible = tensor(hidden.Select(h => h ? 0f : 1f).ToArray()).view(1, 1, size, size);
        var fill = Smooth(crop, name, hidden).ToTensor().unsqueeze(0);
        return new(visible.DetachFromDisposeScope(), fill.DetachFromDisposeScope());
    }
}

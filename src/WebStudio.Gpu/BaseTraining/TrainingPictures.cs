using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>All pictures of a training in memory, as bytes: whole ones, masked ones, and those that are held out for measuring.</summary>
public sealed class TrainingPictures : IDisposable
{
    private TrainingPictures(Tensor? whole, Tensor? masked, Tensor? masks, Tensor heldOut) => (Whole, Masked, Masks, HeldOut) = (whole, masked, masks, heldOut);

    /// <summary>Pictures valid everywhere, uint8 [N, 3, R, R]; null without any.</summary>
    public Tensor? Whole { get; }

    /// <summary>Pictures with a mask, uint8 [M, 3, R, R]; null without any.</summary>
    public Tensor? Masked { get; }

    /// <summary>Their masks, uint8 [M, 1, R, R], 1 where valid.</summary>
    public Tensor? Masks { get; }

    /// <summary>Whole pictures that no step sees, uint8 [K, 3, R, R].</summary>
    public Tensor HeldOut { get; }

    /// <summary>Pictures that are trained on.</summary>
    public long Count => (Whole?.shape[0] ?? 0) + (Masked?.shape[0] ?? 0);

    /// <summary>Reads and decodes all sources, on all cores.</summary>
    /// <param name="sources">Folders and archives.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="skipped">Told of each picture that cannot be used, in a sentence.</param>
    /// <exception cref="InvalidInputException">A source cannot be read, or too few pictures are usable.</exception>
    public static TrainingPictures Load(IEnumerable<PictureSource> sources, int side, Action<string>? skipped = null)
    {
        var files = sources.SelectMany(source => source.Read()).ToList();
        var decoded = new MaskedPicture?[files.Count];
        Parallel.For(0, files.Count, i =>
        {
            try
            {
                decoded[i] = MaskedPicture.Decode(files[i].Picture, side);
            }
            catch (InvalidInputException e)
            {
                skipped?.Invoke(e.Message);
            }
        });
        var usable = decoded.Zip(files, (picture, file) => (Picture: picture, file.HeldOut)).Where(p => p.Picture is not null).Select(p => (Picture: p.Picture!.Value, p.HeldOut)).ToList();
        var heldOut = usable.FindAll(p => p.HeldOut && p.Picture.Mask is null).ConvertAll(p => p.Picture.Rgb);
        var whole = usable.FindAll(p => !p.HeldOut && p.Picture.Mask is null).ConvertAll(p => p.Picture.Rgb);
        var masked = usable.FindAll(p => !p.HeldOut && p.Picture.Mask is not null).ConvertAll(p => p.Picture);
        if (whole.Count + masked.Count < 16 || heldOut.Count == 0)
            throw new InvalidInputException($"{whole.Count + masked.Count} pictures to train on and {heldOut.Count} whole ones to measure with are too few; at least 16 and 1 are needed.");
        return new(Stack(whole, 3, side), Stack(masked.ConvertAll(p => p.Rgb), 3, side), Stack(masked.ConvertAll(p => p.Mask!), 1, side), Stack(heldOut, 3, side)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Whole?.Dispose();
        Masked?.Dispose();
        Masks?.Dispose();
        HeldOut.Dispose();
    }

    private static Tensor? Stack(List<byte[]> pictures, int channels, int side)
    {
        if (pictures.Count == 0)
            return null;
        var all = empty([pictures.Count, channels, side, side], dtype: ScalarType.Byte);
        for (var i = 0; i < pictures.Count; i++)
        {
            using var one = tensor(pictures[i], dtype: ScalarType.Byte).view(channels, side, side);
            using var place = all[i];
            place.copy_(one);
        }
        return all.DetachFromDisposeScope();
    }
}

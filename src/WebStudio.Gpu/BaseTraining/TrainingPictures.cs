using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>All pictures of a training in memory, as bytes: whole ones, masked ones, and those that are held out for measuring.</summary>
public sealed class TrainingPictures : IDisposable
{
    private const int Fewest = 16;

    private TrainingPictures(Tensor? whole, Tensor? masked, Tensor? masks, HeldOutPictures heldOut) => (Whole, Masked, Masks, HeldOut) = (whole, masked, masks, heldOut);

    /// <summary>Pictures valid everywhere, uint8 [N, 3, R, R]; null without any.</summary>
    public Tensor? Whole { get; }

    /// <summary>Pictures with a mask, uint8 [M, 3, R, R]; null without any.</summary>
    public Tensor? Masked { get; }

    /// <summary>Their masks, uint8 [M, 1, R, R], 1 where valid.</summary>
    public Tensor? Masks { get; }

    /// <summary>Pictures that no step sees.</summary>
    public HeldOutPictures HeldOut { get; }

    /// <summary>Pictures that are trained on.</summary>
    public long Count => (Whole?.shape[0] ?? 0) + (Masked?.shape[0] ?? 0);

    /// <summary>
    /// What stands for all of them where codes are counted: the whole pictures where there are any, else the masked ones. Handed out in chunks, [n, 3, R, R] in [−1, 1] with missing pixels at 0.
    /// </summary>
    internal IEnumerable<Tensor> Typical(int chunk)
    {
        var count = (Whole ?? Masked!).shape[0];
        for (long from = 0; from < count; from += chunk)
            yield return Typical(from, Math.Min(from + chunk, count));
    }

    /// <summary>Reads and decodes all sources, on all cores.</summary>
    /// <param name="sources">Folders and archives.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="skipped">Told of each picture that cannot be used, in a sentence.</param>
    /// <exception cref="InvalidInputException">A source cannot be read, or too few pictures are usable.</exception>
    public static TrainingPictures Load(IEnumerable<PictureSource> sources, int side, Action<string>? skipped = null)
    {
        var decoded = PictureStack.Decode(PictureSource.ReadAll(sources), side, skipped);
        var learnt = decoded.FindAll(p => !p.Source.HeldOut).ConvertAll(p => p.Picture);
        if (learnt.Count < Fewest)
            throw new InvalidInputException($"{learnt.Count} pictures to train on are too few; at least {Fewest} are needed, and thousands for a base that is of use.");
        var heldOut = HeldOutPictures.Of(decoded.Where(p => p.Source.HeldOut), side);
        var (whole, masked) = (learnt.FindAll(p => p.Mask is null), learnt.FindAll(p => p.Mask is not null));
        return new(PictureStack.Colours(whole, side), PictureStack.Colours(masked, side), PictureStack.Masks(masked, side), heldOut);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Whole?.Dispose();
        Masked?.Dispose();
        Masks?.Dispose();
        HeldOut.Dispose();
    }

    private Tensor Typical(long from, long end)
    {
        using var scope = NewDisposeScope();
        var part = (Whole ?? Masked!).slice(0, from, end, 1).to(ScalarType.Float32) / 127.5 - 1;
        return (Whole is null ? part * Masks!.slice(0, from, end, 1) : part).DetachFromDisposeScope();
    }
}

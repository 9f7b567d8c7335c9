using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>What a step learns from.</summary>
/// <param name="Target">[B, 3, R, R] in [−1, 1].</param>
/// <param name="Mask">[B, 1, R, R], 1 where the target counts.</param>
/// <param name="Input">[B, 3, 64, 64], what the encoder sees: missing pixels are 0.</param>
internal readonly record struct TrainingBatch(Tensor Target, Tensor Mask, Tensor Input);

/// <summary>Draws batches. What it draws depends on nothing but the random source it is given.</summary>
internal sealed class BatchSampler(TrainingPictures pictures, BaseTrainingOptions options, Device device)
{
    private const double CountsAsValid = 0.99;

    /// <summary>A batch at a resolution.</summary>
    /// <param name="resolution">Side of the targets in pixels.</param>
    /// <param name="random">Source.</param>
    /// <param name="plain">Pictures differ from the sources by colour and mirroring alone.</param>
    public TrainingBatch Draw(int resolution, RandomSource random, bool plain)
    {
        using var scope = NewDisposeScope();
        var whole = pictures.Masked is null ? options.BatchSize : pictures.Whole is null ? 0 : (int)Math.Round(options.BatchSize * options.WholeShare);
        var masked = options.BatchSize - whole;
        var (parts, masks, seen) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        if (whole > 0)
        {
            var x = Unit(Take(pictures.Whole!, whole, random));
            parts.Add(plain || options.Exchanged == 0 ? x : PictureChanges.Exchange(x, options.Exchanged, random));
            masks.Add(ones(whole, 1, x.shape[2], x.shape[3], device: device));
            seen.Add(Hide(whole, x.shape[2], random));
        }
        if (masked > 0)
        {
            var rows = Rows(pictures.Masked!.shape[0], masked, random);
            parts.Add(Unit(pictures.Masked.index_select(0, rows)));
            var mask = pictures.Masks!.index_select(0, rows).to(ScalarType.Float32, device);
            masks.Add(mask);
            seen.Add(mask);
        }
        var changes = new PictureChanges(options, options.BatchSize, device, random, plain);
        var target = changes.Recolour(cat([.. parts], 0));
        var moved = changes.Move(cat([target, cat([.. masks], 0), cat([.. seen], 0)], 1));
        (target, var valid, var visible) = (moved.narrow(1, 0, 3), moved.narrow(1, 3, 1), moved.narrow(1, 4, 1));
        var input = Shrink(target, ResidualPcaNetwork.InputResolution) * Valid(visible, ResidualPcaNetwork.InputResolution);
        return new(Shrink(target, resolution).contiguous().MoveToOuterDisposeScope(), Valid(valid, resolution).MoveToOuterDisposeScope(), input.MoveToOuterDisposeScope());
    }

    /// <summary>uint8 → float32 in [−1, 1].</summary>
    public Tensor Unit(Tensor bytes) => bytes.to(ScalarType.Float32, device) / 127.5 - 1;

    /// <summary>The same pictures averaged down to a side.</summary>
    public static Tensor Shrink(Tensor pictures, int side) => pictures.shape[2] == side ? pictures : F.adaptive_avg_pool2d(pictures, [side, side]);

    /// <summary>Where a picture shrunk to a side is made of valid pixels alone: 1, elsewhere 0.</summary>
    public static Tensor Valid(Tensor masks, int side)
    {
        using var scope = NewDisposeScope();
        return (Shrink(masks, side) > CountsAsValid).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>For a share of the whole pictures another one's mask, so that tight crops and whole ones mean the same to the encoder.</summary>
    private Tensor Hide(int count, long side, RandomSource random)
    {
        if (pictures.Masks is null)
            return ones(count, 1, side, side, device: device);
        var others = Take(pictures.Masks, count, random).to(ScalarType.Float32, device);
        var open = (rand([count, 1, 1, 1], generator: random) >= options.MaskedInputs).to(ScalarType.Float32).to(device);
        return maximum(others, open);
    }

    private static Tensor Take(Tensor from, int count, RandomSource random) => from.index_select(0, Rows(from.shape[0], count, random));

    private static Tensor Rows(long among, int count, RandomSource random) => randint(0, among, [count], dtype: ScalarType.Int64, generator: random);
}

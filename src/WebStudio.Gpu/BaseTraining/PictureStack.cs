using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Decodes pictures on all cores and lays them into tensors of bytes: a quarter of what float pictures take.</summary>
internal static class PictureStack
{
    /// <summary>Every picture that can be used, with its source.</summary>
    /// <param name="files">Files of pictures.</param>
    /// <param name="side">Side in pixels they are brought to.</param>
    /// <param name="skipped">Told of each picture that cannot be used, in a sentence.</param>
    public static List<(MaskedPicture Picture, SourcePicture Source)> Decode(IReadOnlyList<SourcePicture> files, int side, Action<string>? skipped)
    {
        var decoded = new MaskedPicture?[files.Count];
        var reasons = new string?[files.Count];
        Parallel.For(0, files.Count, i =>
        {
            try
            {
                decoded[i] = MaskedPicture.Decode(files[i].Read(ImageLimits.Default.MaxBytes), files[i].Name, side);
            }
            catch (InvalidInputException e)
            {
                reasons[i] = e.Message;
            }
        });
        foreach (var reason in reasons)
            if (reason is not null)
                skipped?.Invoke(reason);
        return [.. Enumerable.Range(0, files.Count).Where(i => decoded[i] is not null).Select(i => (decoded[i]!.Value, files[i]))];
    }

    /// <summary>Colours as uint8 [N, 3, side, side], outside every dispose scope; null without any.</summary>
    public static Tensor? Colours(IReadOnlyList<MaskedPicture> pictures, int side) => Stack([.. pictures.Select(p => p.Rgb)], 3, side);

    /// <summary>Masks as uint8 [N, 1, side, side], 1 where valid, outside every dispose scope; null without any picture.</summary>
    public static Tensor? Masks(IReadOnlyList<MaskedPicture> pictures, int side)
    {
        byte[]? open = null;
        return Stack([.. pictures.Select(p => p.Mask ?? (open ??= [.. Enumerable.Repeat((byte)1, side * side)]))], 1, side);
    }

    private static Tensor? Stack(List<byte[]> pictures, int channels, int side)
    {
        if (pictures.Count == 0)
            return null;
        var all = empty([pictures.Count, channels, side, side], dtype: ScalarType.Byte).DetachFromDisposeScope();
        for (var i = 0; i < pictures.Count; i++)
        {
            using var place = all[i];
            pictures[i].CopyTo(place.bytes);
        }
        return all;
    }
}

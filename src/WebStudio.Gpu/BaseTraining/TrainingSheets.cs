using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>What a training looks like: held-out pictures above their reconstructions, random samples, ways from one held-out picture to another. Always the same pictures and seed, so that runs can be laid side by side.</summary>
internal static class TrainingSheets
{
    private const int Columns = 8, Reconstructions = 24, Samples = 32, Ways = 4, Seed = 7;
    private const double Truncation = 0.8;

    /// <summary>Writes reconstructions.png, samples.png and interpolations.png.</summary>
    public static void Write(TrainingFolder folder, VariationalEncoder encoder, SynthesisNetwork generator, TrainingPictures pictures, int resolution)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = generator.Context.Device;
        var count = Math.Min(Reconstructions, pictures.HeldOut.Count);
        var held = (pictures.HeldOut.Pictures.slice(0, 0, count, 1).to(ScalarType.Float32, device) / 127.5 - 1) * pictures.HeldOut.Masks.slice(0, 0, count, 1).to(device);
        var (targets, found) = (BatchSampler.Shrink(held, resolution), Reconstruction.Of(encoder, generator, held, resolution));
        Save(folder.Sheet("reconstructions"), Enumerable.Range(0, (count + Columns - 1) / Columns).SelectMany(row => Row(targets, row).Concat(Row(found, row))));

        using var gaussian = CodeGaussian.Fit(encoder, pictures, device);
        using var random = new RandomSource(Seed);
        Save(folder.Sheet("samples"), All(generator.Forward(gaussian.Sample(Samples, Truncation, random), NoiseMode.None, resolution)));

        var (codes, _) = encoder.Forward(BatchSampler.Shrink(held, ResidualPcaNetwork.InputResolution));
        var ways = Enumerable.Range(0, Math.Min(Ways, count / 2)).SelectMany(way => Enumerable.Range(0, Columns).Select(i => lerp(codes[2 * way], codes[2 * way + 1], (float)i / (Columns - 1)))).ToArray();
        if (ways.Length > 0)
            Save(folder.Sheet("interpolations"), All(generator.Forward(stack(ways, 0), NoiseMode.None, resolution)));
    }

    private static IEnumerable<Tensor> Row(Tensor pictures, int row) => Enumerable.Range(row * Columns, Math.Min(Columns, (int)pictures.shape[0] - row * Columns)).Select(i => pictures[i]);

    private static IEnumerable<Tensor> All(Tensor pictures) => Enumerable.Range(0, (int)pictures.shape[0]).Select(i => pictures[i]);

    private static void Save(string path, IEnumerable<Tensor> pictures)
    {
        var sheet = ContactSheet.Compose([.. pictures.Select(RgbImage.FromTensor)], new ContactSheetOptions { Columns = Columns, Gap = 2 });
        AtomicFile.Write(path, stream => stream.Write(ImageEncoder.Encode(sheet, ImageFormat.Png)));
    }
}

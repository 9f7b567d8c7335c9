using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>What a training looks like: held-out pictures above their reconstructions, random samples, ways from one held-out picture to another.</summary>
internal static class TrainingSheets
{
    private const int Columns = 8, Reconstructions = 24, Samples = 32, Ways = 4;
    private const double Truncation = 0.8;

    /// <summary>Writes reconstructions.png, samples.png and interpolations.png.</summary>
    public static void Write(TrainingFolder folder, AutoencoderState state, TrainingPictures pictures, BatchSampler sampler, int resolution)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var every = Math.Max(1, pictures.HeldOut.shape[0] / Reconstructions);
        var held = sampler.Unit(pictures.HeldOut.slice(0, 0, Math.Min(pictures.HeldOut.shape[0], every * Reconstructions), every));
        var (targets, found) = (BatchSampler.Shrink(held, resolution), Reconstruction.Of(state, held, resolution));
        Save(folder.Sheet("reconstructions"), Enumerable.Range(0, ((int)held.shape[0] + Columns - 1) / Columns).SelectMany(row => Rows(targets, row).Concat(Rows(found, row))));

        using var gaussian = CodeGaussian.Fit(state.AverageEncoder, pictures, sampler);
        using var random = new RandomSource(7);
        Save(folder.Sheet("samples"), All(state.AverageGenerator.Forward(gaussian.Sample(Samples, Truncation, random), NoiseMode.None, resolution)));

        var (codes, _) = state.AverageEncoder.Forward(BatchSampler.Shrink(held, ResidualPcaNetwork.InputResolution));
        var ways = Enumerable.Range(0, Math.Min(Ways, (int)codes.shape[0] / 2)).SelectMany(way => Enumerable.Range(0, Columns).Select(i => lerp(codes[2 * way], codes[2 * way + 1], (float)i / (Columns - 1)))).ToArray();
        if (ways.Length > 0)
            Save(folder.Sheet("interpolations"), All(state.AverageGenerator.Forward(stack(ways, 0), NoiseMode.None, resolution)));
    }

    private static IEnumerable<Tensor> Rows(Tensor pictures, int row) => Enumerable.Range(row * Columns, Math.Min(Columns, (int)pictures.shape[0] - row * Columns)).Select(i => pictures[i]);

    private static IEnumerable<Tensor> All(Tensor pictures) => Enumerable.Range(0, (int)pictures.shape[0]).Select(i => pictures[i]);

    private static void Save(string path, IEnumerable<Tensor> pictures)
    {
        var sheet = ContactSheet.Compose([.. pictures.Select(RgbImage.FromTensor)], new ContactSheetOptions { Columns = Columns, Gap = 2 });
        AtomicFile.Write(path, stream => stream.Write(ImageEncoder.Encode(sheet, ImageFormat.Png)));
    }
}

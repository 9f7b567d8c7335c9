using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Pictures through the averaged encoder and generator.</summary>
internal static class Reconstruction
{
    private const int Chunk = 16;

    /// <summary>Reconstructions of uint8 pictures at a resolution, float32 in about [−1, 1]; without gradients.</summary>
    public static Tensor Of(AutoencoderState state, Tensor pictures, int resolution)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (codes, _) = state.AverageEncoder.Forward(BatchSampler.Shrink(pictures, ResidualPcaNetwork.InputResolution));
        return state.AverageGenerator.Forward(codes, NoiseMode.None, resolution).MoveToOuterDisposeScope();
    }

    /// <summary>Mean peak signal-to-noise ratio of the first <paramref name="count"/> pictures, evenly taken, dB.</summary>
    public static double Psnr(AutoencoderState state, BatchSampler sampler, Tensor bytes, int count, int resolution)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var every = Math.Max(1, bytes.shape[0] / count);
        var chosen = bytes.slice(0, 0, Math.Min(bytes.shape[0], every * count), every);
        var errors = new List<Tensor>();
        for (long from = 0; from < chosen.shape[0]; from += Chunk)
        {
            var pictures = sampler.Unit(chosen.slice(0, from, Math.Min(from + Chunk, chosen.shape[0]), 1));
            var target = BatchSampler.Shrink(pictures, resolution);
            errors.Add(((Of(state, pictures, resolution).clamp(-1, 1) - target) / 2).square().mean([1, 2, 3]));
        }
        return (cat([.. errors], 0).log10() * -10).mean().item<float>();
    }
}

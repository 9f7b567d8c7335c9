using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Pictures through the averaged encoder and generator.</summary>
internal static class Reconstruction
{
    private const int Chunk = 16;

    /// <summary>Reconstructions at a resolution, float32 in about [−1, 1]; without gradients.</summary>
    /// <param name="encoder">From pictures to codes.</param>
    /// <param name="generator">From codes to pictures.</param>
    /// <param name="pictures">[N, 3, R, R] in [−1, 1], missing pixels at 0.</param>
    /// <param name="resolution">Side of the result.</param>
    public static Tensor Of(VariationalEncoder encoder, SynthesisNetwork generator, Tensor pictures, int resolution)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (codes, _) = encoder.Forward(BatchSampler.Shrink(pictures, ResidualPcaNetwork.InputResolution));
        return generator.Forward(codes, NoiseMode.None, resolution).MoveToOuterDisposeScope();
    }

    /// <summary>Mean peak signal-to-noise ratio of the first pictures where they are valid, dB.</summary>
    /// <param name="encoder">From pictures to codes.</param>
    /// <param name="generator">From codes to pictures.</param>
    /// <param name="bytes">uint8 [N, 3, R, R].</param>
    /// <param name="masks">uint8 [N, 1, R, R]; null where all is valid.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="resolution">Side at which they are compared.</param>
    public static double Psnr(VariationalEncoder encoder, SynthesisNetwork generator, Tensor bytes, Tensor? masks, int count, int resolution)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = generator.Context.Device;
        var ratios = new List<Tensor>();
        for (long from = 0; from < Math.Min(count, bytes.shape[0]); from += Chunk)
        {
            var end = Math.Min(from + Chunk, Math.Min(count, bytes.shape[0]));
            var mask = masks?.slice(0, from, end, 1).to(ScalarType.Float32, device);
            var pictures = bytes.slice(0, from, end, 1).to(ScalarType.Float32, device) / 127.5 - 1;
            var found = Of(encoder, generator, mask is null ? pictures : pictures * mask, resolution);
            ratios.Add(Perceptual.Psnr.Of(found, BatchSampler.Shrink(pictures, resolution), mask is null ? null : BatchSampler.Valid(mask, resolution)));
        }
        return cat([.. ratios], 0).mean().item<float>();
    }
}

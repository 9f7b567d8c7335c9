using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// Where codes come from before anything is learnt: probabilistic principal components (Tipping and Bishop, 1999) of the 32 px pictures, the face weighted above the background, scaled so that
/// the codes of the training pictures have the variance that a variational autoencoder of the same noise would give them.
/// </summary>
internal sealed class PrincipalPath : IDisposable
{
    private const int Chunk = 256, PicturesAComponent = 2;

    private PrincipalPath(Tensor weight, Tensor bias, Tensor logVariance) => (Weight, Bias, LogVariance) = (weight, bias, logVariance);

    /// <summary>[w_dim, 3072].</summary>
    public Tensor Weight { get; }

    /// <summary>[w_dim].</summary>
    public Tensor Bias { get; }

    /// <summary>Log variance of each code given a picture, [w_dim].</summary>
    public Tensor LogVariance { get; }

    /// <summary>Fits the path to pictures and their mirror images.</summary>
    /// <param name="pictures">What is trained on.</param>
    /// <param name="wDim">Width of w.</param>
    /// <param name="components">Components that carry a code, at most half as many as pictures; the others start silent.</param>
    public static PrincipalPath Fit(TrainingPictures pictures, int wDim, int components)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = new List<Tensor>();
        foreach (var chunk in pictures.Typical(Chunk))
            using (chunk)
            {
                var part = F.adaptive_avg_pool2d(chunk, [ResidualPcaNetwork.CoarseResolution, ResidualPcaNetwork.CoarseResolution]);
                rows.Add(part.flatten(1));
                rows.Add(part.flip(3).flatten(1));
            }
        var all = cat([.. rows], 0);
        var weights = Weights();
        var mean = all.mean([0], keepdim: true);
        var centred = (all - mean) * weights;
        var (values, vectors) = linalg.eigh(centred.t().matmul(centred) / all.shape[0]);
        values = values.flip(0).slice(0, 0, wDim, 1).clamp_min(1e-8);
        vectors = vectors.flip(1).slice(1, 0, wDim, 1);
        // The first component that is left out says what counts as noise. Few pictures span few: what lies beyond is rounding, which must not be scaled up to a code.
        var noise = values[Math.Min(Math.Min(components, wDim - 1), pictures.Count / PicturesAComponent)];
        var gain = (1 - noise / values).clamp_min(0).sqrt();
        var path = (vectors / values.sqrt() * gain).t() * weights;
        return new(path.DetachFromDisposeScope(), path.matmul(mean.t()).view(-1).neg().DetachFromDisposeScope(), (noise / values).clamp(5.5e-4, 1).log().sub_(0.05).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
        LogVariance.Dispose();
    }

    /// <summary>1 at the border, 3 in the middle of an FFHQ-aligned face, for each pixel and colour.</summary>
    private static Tensor Weights()
    {
        var down = (arange(ResidualPcaNetwork.CoarseResolution, dtype: ScalarType.Float32) - 17) / 8;
        var across = (arange(ResidualPcaNetwork.CoarseResolution, dtype: ScalarType.Float32) - 15.5) / 7;
        var bump = ((down.square().view(-1, 1) + across.square().view(1, -1)) * -0.5).exp();
        return (bump * 2 + 1).view(1, -1).repeat(1, 3);
    }
}

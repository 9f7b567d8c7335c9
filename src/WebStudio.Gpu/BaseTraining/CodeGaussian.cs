using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>The codes of the whole training pictures and of their mirror images as a normal distribution: w = mean + L·z. It takes a mapping network's place.</summary>
internal sealed class CodeGaussian : IDisposable
{
    private const int Chunk = 64;
    private const double Ridge = 1e-3;

    private CodeGaussian(Tensor mean, Tensor factor) => (Mean, Factor) = (mean, factor);

    /// <summary>[w_dim].</summary>
    public Tensor Mean { get; }

    /// <summary>Lower triangular, [w_dim, w_dim].</summary>
    public Tensor Factor { get; }

    /// <summary>Fits it.</summary>
    public static CodeGaussian Fit(VariationalEncoder encoder, TrainingPictures pictures, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var codes = new List<Tensor>();
        foreach (var chunk in pictures.Typical(Chunk))
            using (chunk)
            {
                using var chunkScope = NewDisposeScope();
                var small = BatchSampler.Shrink(chunk.to(device), ResidualPcaNetwork.InputResolution);
                codes.Add(encoder.Forward(small).Mean.MoveToOuterDisposeScope());
                codes.Add(encoder.Forward(small.flip(3)).Mean.MoveToOuterDisposeScope());
            }
        var all = cat([.. codes], 0);
        var mean = all.mean([0]);
        var centred = all - mean;
        var covariance = centred.t().matmul(centred) / (all.shape[0] - 1);
        var wDim = covariance.shape[0];
        var factor = linalg.cholesky(covariance + eye(wDim, device: covariance.device) * (covariance.trace() * (Ridge / wDim)));
        return new(mean.DetachFromDisposeScope(), factor.DetachFromDisposeScope());
    }

    /// <summary>Random codes [count, w_dim].</summary>
    /// <param name="count">How many.</param>
    /// <param name="truncation">Factor on the distance from the mean; 1 for the distribution itself.</param>
    /// <param name="random">Source.</param>
    public Tensor Sample(int count, double truncation, RandomSource random) =>
        Mean + randn([count, Mean.shape[0]], generator: random).to(Mean.device).matmul(Factor.t()) * truncation;

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Factor.Dispose();
    }
}

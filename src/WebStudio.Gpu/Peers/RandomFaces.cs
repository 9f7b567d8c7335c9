using TorchSharp;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Peers;

/// <summary>Random faces of a base generator, in batches: what attributes are measured on that no album has.</summary>
public static class RandomFaces
{
    /// <summary>Draws z, maps and renders.</summary>
    /// <param name="generator">A base with a mapping from z.</param>
    /// <param name="count">Faces in all; the last batch may bring more.</param>
    /// <param name="batchSize">Faces a batch.</param>
    /// <param name="psi">Truncation, 0 to 1.</param>
    /// <param name="seed">Equal seeds give equal faces.</param>
    /// <returns>Codes [B, w_dim] and pictures [B, 3, R, R] in [-1, 1], in the dispose scope of whoever enumerates.</returns>
    /// <exception cref="InvalidInputException">The base cannot be sampled.</exception>
    public static IEnumerable<(Tensor Codes, Tensor Images)> Draw(Generator generator, int count, int batchSize, double psi, int seed)
    {
        var mapping = generator.Mapping ?? throw new InvalidInputException("The base has no mapping from z: random faces cannot be drawn, so its attributes cannot be measured.");
        return Batches();

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            using var random = new torch.Generator((ulong)seed);
            for (var done = 0; done < count; done += batchSize)
                yield return Batch(random);
        }

        (Tensor, Tensor) Batch(torch.Generator random)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var w = mapping.Map(randn([batchSize, generator.Config.ZDim], generator: random), psi).select(1, 0).clone();
            return (w.MoveToOuterDisposeScope(), generator.Render(w).clamp(-1, 1).MoveToOuterDisposeScope());
        }
    }
}

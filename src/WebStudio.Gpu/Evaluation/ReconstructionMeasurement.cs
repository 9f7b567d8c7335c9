using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Evaluation;

/// <summary>Measures reconstructions of a training set (method section 7).</summary>
/// <param name="photos">What is reconstructed.</param>
/// <param name="loss">For the perceptual distance.</param>
/// <param name="identity">For the embeddings.</param>
public sealed class ReconstructionMeasurement(TrainingSet photos, ReconstructionLoss loss, FaceFeatureDistance identity)
{
    private const int BatchSize = 8;

    /// <summary>Called after every batch of eight photos: room for other work on the device.</summary>
    public Action? BatchDone { get; init; }

    /// <summary>Figures of one network at one set of codes.</summary>
    /// <param name="network">Renders.</param>
    /// <param name="codes">[N, w_dim], one per photo.</param>
    public ReconstructionFigures Of(SynthesisNetwork network, Tensor codes)
    {
        using var noGrad = no_grad();
        var (psnr, perceptual, similarity) = (0.0, 0.0, 0.0);
        for (var from = 0; from < photos.Count; from += BatchSize)
        {
            using var scope = NewDisposeScope();
            var rows = Enumerable.Range(from, Math.Min(BatchSize, photos.Count - from)).ToArray();
            var images = photos.Images.slice(0, from, from + rows.Length, 1);
            var masks = photos.Masks.slice(0, from, from + rows.Length, 1);
            var rendered = network.Forward(codes.slice(0, from, from + rows.Length, 1)).clamp(-1, 1);
            // Pictures span 2, so the peak's square is 4.
            var error = ((rendered - images).square() * masks).sum([1, 2, 3]) / (3 * masks.sum([1, 2, 3])).clamp_min(1);
            psnr += (10 * (4 / error.clamp_min(1e-10)).log10()).sum().item<float>();
            perceptual += loss.Of(rendered, rows).Perceptual.item<float>() * rows.Length;
            similarity += F.cosine_similarity(identity.Embed(rendered), identity.Embed(images), 1, 1e-8).sum().item<float>();
            BatchDone?.Invoke();
        }
        return new(psnr / photos.Count, perceptual / photos.Count, similarity / photos.Count);
    }

    /// <summary>Mean cosine similarity over all pairs of different photos.</summary>
    public double GalleryIdentity()
    {
        if (photos.Count < 2)
            return double.NaN;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var embeddings = F.normalize(identity.Embed(photos.Images), dim: 1);
        var similarities = embeddings.matmul(embeddings.t());
        return (similarities.sum().item<float>() - photos.Count) / (photos.Count * (photos.Count - 1.0));
    }
}

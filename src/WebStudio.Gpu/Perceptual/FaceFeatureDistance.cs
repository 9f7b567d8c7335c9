using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces.Networks;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Perceptual;

/// <summary>
/// The built-in perceptual distance: feature maps of the face-embedding network at four depths, absolute differences relative to the mean
/// magnitude of each map, plus twice the cosine distance of the embeddings. Meant for FFHQ-aligned faces: it looks at the face's part of them.
/// It stands in where no LPIPS backbone was imported; it sees what makes a person that person better than LPIPS and textures less well.
/// </summary>
public sealed class FaceFeatureDistance : IPerceptualDistance
{
    private const int Maps = 4;
    private const double IdentityWeight = 2;
    // The network's own training crops are tight; this is the part of an FFHQ crop that matches them.
    private const double Top = 0.17, Left = 0.115, Share = 0.77;
    private readonly FaceEmbeddingNetwork _network;
    private readonly ComputeContext _context;
    private readonly int _size;
    private readonly Dictionary<(long, double), Tensor> _crops = [];

    /// <summary>Reads the embedding network.</summary>
    /// <param name="context">Device and precision of the features.</param>
    /// <param name="size">Side at which the face crop is looked at, at least 103; 118 px costs 60 % of the network's own 150.</param>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size leaves nothing for the deepest stage.</exception>
    public FaceFeatureDistance(ComputeContext context, int size = 118)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 103);
        (_network, _context, _size) = (new FaceEmbeddingNetwork(context), context, size);
    }

    /// <inheritdoc/>
    public string Name => "face-features";

    /// <inheritdoc/>
    public PerceptualTarget Prepare(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var chunks = new List<IReadOnlyList<Tensor>>();
        for (long from = 0; from < images.shape[0]; from += 16)
            chunks.Add(Features(images.slice(0, from, Math.Min(from + 16, images.shape[0]), 1)));
        return new PerceptualTarget([.. Enumerable.Range(0, Maps + 1).Select(i => cat([.. chunks.Select(c => c[i])], 0))]);
    }

    /// <inheritdoc/>
    public Tensor Distance(Tensor images, PerceptualTarget target)
    {
        using var scope = NewDisposeScope();
        var features = Features(images);
        var sum = IdentityWeight * (1 - F.cosine_similarity(features[Maps], target.Features[Maps], 1, 1e-8));
        for (var i = 0; i < Maps; i++)
        {
            var expected = target.Features[i].to(ScalarType.Float32);
            // Relative to the target's own magnitude: each depth counts alike, whatever its scale.
            sum = sum + (features[i].to(ScalarType.Float32) - expected).abs().mean([1, 2, 3]) / (expected.abs().mean([1, 2, 3]) + 1e-6);
        }
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>128-d embeddings of aligned faces, [N, 128]; N × 3 × R × R in [-1, 1].</summary>
    public Tensor Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Features(images)[Maps].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        foreach (var crop in _crops.Values)
            crop.Dispose();
    }

    private List<Tensor> Features(Tensor images)
    {
        while (images.shape[2] * Share >= 2 * _size)
            images = F.avg_pool2d(images, 2); // bilinear taps alone would skip pixels
        var crop = Crop(images.shape[2], Top).matmul(images.matmul(Crop(images.shape[3], Left).t()));
        var maps = _network.Features(crop);
        return [.. maps.Take(Maps), _network.Embedding(maps[^1])];
    }

    /// <summary>The cut along one axis, [size, n]; made once for every size of picture.</summary>
    private Tensor Crop(long n, double start)
    {
        if (_crops.TryGetValue((n, start), out var known))
            return known;
        return _crops[(n, start)] = CropMatrix.Bilinear(n, start, Share, _size).to(_context.Device).DetachFromDisposeScope();
    }
}

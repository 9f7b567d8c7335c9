using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>The terms of L_rec for one batch, scalars.</summary>
/// <param name="Total">Weighted sum; carries the gradient.</param>
/// <param name="Perceptual">Mean perceptual distance.</param>
/// <param name="L2">Mean squared error inside the masks.</param>
public readonly record struct ReconstructionTerms(Tensor Total, Tensor Perceptual, Tensor L2);

/// <summary>
/// L_rec = perceptual distance + weighted mean squared error (method section 4) against a training set. The targets' features are computed
/// once. Pixels that alignment made up at a photo's border count as perfect: the target stands in for them before anything is compared.
/// </summary>
public sealed class ReconstructionLoss : IDisposable
{
    private readonly IPerceptualDistance _perceptual;
    private readonly PerceptualTarget _features;
    private readonly Tensor _images, _masks;
    private readonly double _perceptualWeight, _l2Weight;

    /// <summary>Computes the targets' features.</summary>
    /// <param name="perceptual">The distance; stays the caller's.</param>
    /// <param name="images">[N, 3, R, R] in [-1, 1]; stays the caller's.</param>
    /// <param name="masks">[N, 1, R, R] in [0, 1]; stays the caller's.</param>
    /// <param name="perceptualWeight">Weight of the perceptual distance.</param>
    /// <param name="l2Weight">Weight of the mean squared error.</param>
    public ReconstructionLoss(IPerceptualDistance perceptual, Tensor images, Tensor masks, double perceptualWeight, double l2Weight)
    {
        (_perceptual, _images, _masks, _perceptualWeight, _l2Weight) = (perceptual, images, masks, perceptualWeight, l2Weight);
        using var noGrad = no_grad();
        _features = perceptual.Prepare(images);
    }

    /// <summary>Number of target photos.</summary>
    public int Count => (int)_images.shape[0];

    /// <summary>Loss of reconstructions of the named photos.</summary>
    /// <param name="reconstructions">[B, 3, R, R].</param>
    /// <param name="photos">B indices of the photos they reconstruct.</param>
    public ReconstructionTerms Of(Tensor reconstructions, int[] photos)
    {
        using var scope = NewDisposeScope();
        var index = tensor(photos.Select(p => (long)p).ToArray(), device: _images.device);
        var targets = _images.index_select(0, index);
        var difference = (reconstructions - targets) * _masks.index_select(0, index);
        using var features = _features.Select(index);
        var perceptual = _perceptual.Distance(targets + difference, features).mean();
        var l2 = difference.square().mean();
        var total = perceptual * _perceptualWeight + l2 * _l2Weight;
        return new(total.MoveToOuterDisposeScope(), perceptual.MoveToOuterDisposeScope(), l2.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => _features.Dispose();
}

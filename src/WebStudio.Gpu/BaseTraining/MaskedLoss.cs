using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// How far reconstructions are from their targets where these are valid: absolute differences at four scales, of edges at three, squared differences, and face features. Where the target is not
/// valid both are grey before features are compared: what lies there in a file is nobody's picture.
/// </summary>
internal sealed class MaskedLoss(ComputeContext context, double perceptualWeight) : IDisposable
{
    private const int Scales = 4, SmallFaces = 103, Faces = 118;
    private readonly FaceFeatureDistance? _small = perceptualWeight > 0 ? new(context, SmallFaces) : null;
    private readonly FaceFeatureDistance? _large = perceptualWeight > 0 ? new(context, Faces) : null;

    /// <summary>The terms of a batch, scalars.</summary>
    /// <param name="Total">Carries the gradient.</param>
    /// <param name="L1">Mean absolute difference at full size.</param>
    /// <param name="Perceptual">Mean distance of face features; 0 without.</param>
    public readonly record struct Terms(Tensor Total, Tensor L1, Tensor Perceptual);

    /// <summary>Loss of [B, 3, R, R] against the batch's targets.</summary>
    public Terms Of(Tensor pictures, TrainingBatch batch)
    {
        var valid = batch.Mask.mean() + 1e-3;
        var difference = (pictures - batch.Target) * batch.Mask;
        var total = difference.square().mean();
        Tensor? first = null;
        var scaled = difference;
        for (var scale = 0; scale < Scales && scaled.shape[2] >= 4; scale++)
        {
            var size = scaled.shape[2];
            var l1 = scaled.abs().mean();
            first ??= l1 / valid;
            total = total + l1 * (scale == 0 ? 1 : 0.5);
            if (scale < Scales - 1)
            {
                total = total + (scaled.narrow(3, 1, size - 1) - scaled.narrow(3, 0, size - 1)).abs().mean() + (scaled.narrow(2, 1, size - 1) - scaled.narrow(2, 0, size - 1)).abs().mean();
                scaled = F.avg_pool2d(scaled, 2);
            }
        }
        total = total / valid;
        if ((pictures.shape[2] <= 64 ? _small : _large) is not { } features)
            return new(total, first!, zeros(1, device: pictures.device).sum());
        var known = batch.Target * batch.Mask;
        using var target = features.Prepare(known);
        var perceptual = features.Distance(known + difference, target).mean();
        return new(total + perceptual * perceptualWeight, first!, perceptual);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _small?.Dispose();
        _large?.Dispose();
    }
}

using System.Diagnostics;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Evaluation;

/// <summary>Measures photos that training never saw: found in the model, tuned, and compared with themselves (method section 7).</summary>
/// <param name="opener">Opens photos for editing, as users do.</param>
/// <param name="features">The model's perceptual distance.</param>
public sealed class HeldOutMeasurement(PhotoOpener opener, FaceFeatureDistance features)
{
    /// <summary>One photo.</summary>
    /// <param name="photo">The whole photo.</param>
    /// <param name="name">Its name.</param>
    /// <param name="progress">Called during projection and tuning.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Null where the photo shows no face of the person.</returns>
    public HeldOutFigures? Of(RgbImage photo, string name, Action<EditProgress>? progress = null, CancellationToken abort = default)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            using var scope = NewDisposeScope();
            var crop = opener.Find(photo, name);
            using var opened = opener.Open(crop, progress, abort);
            using var noGrad = no_grad();
            var (image, mask) = crop.ToTensors(opened.Photo.Pivot.device);
            var reconstruction = opened.Photo.Render([]).clamp(-1, 1) * mask + image * (1 - mask);
            using var target = features.Prepare(image);
            return new(name, opened.Psnr, Ssim.Of(reconstruction, image).mean().item<float>(), features.Distance(reconstruction, target).item<float>(), opened.Identity, clock.Elapsed.TotalSeconds);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }
}

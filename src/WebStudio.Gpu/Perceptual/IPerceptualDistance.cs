using static TorchSharp.torch;

namespace WebStudio.Gpu.Perceptual;

/// <summary>A distance between pictures as people see them, differentiable with respect to the first; the second is prepared once.</summary>
public interface IPerceptualDistance : IDisposable
{
    /// <summary>Name as models record it: lpips-alex, lpips-squeeze, lpips-vgg or face-features.</summary>
    string Name { get; }

    /// <summary>Features of target pictures.</summary>
    /// <param name="images">[N, 3, H, W] in [-1, 1]; stays the caller's.</param>
    PerceptualTarget Prepare(Tensor images);

    /// <summary>Distance of each picture to its target.</summary>
    /// <param name="images">[N, 3, H, W] in [-1, 1].</param>
    /// <param name="target">N prepared targets of the same size.</param>
    /// <returns>[N], float32, 0 for equal pictures.</returns>
    Tensor Distance(Tensor images, PerceptualTarget target);
}

/// <summary>Cached features of target pictures: a list of tensors whose first axis counts the pictures. Owns them.</summary>
public sealed class PerceptualTarget(IReadOnlyList<Tensor> features) : IDisposable
{
    /// <summary>Feature tensors [N, …]; what they are is the distance's business.</summary>
    public IReadOnlyList<Tensor> Features { get; } = [.. features.Select(f => f.DetachFromDisposeScope())];

    /// <summary>The targets of some of the pictures.</summary>
    /// <param name="index">int64 [B], rows to take.</param>
    public PerceptualTarget Select(Tensor index) => new([.. Features.Select(f => f.index_select(0, index))]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var feature in Features)
            feature.Dispose();
    }
}

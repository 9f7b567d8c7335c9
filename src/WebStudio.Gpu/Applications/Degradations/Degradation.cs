using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Applications;

/// <summary>
/// A known degradation Q (method section 6) with the two other things that enhancement asks of it: how a degraded picture is laid over one of the generator's size to be compared, and how what is known for certain
/// is put back into a result. All work on [N, 3, R, R] in [-1, 1], R the generator's size.
/// </summary>
public abstract record Degradation
{
    /// <summary>Q, seen at the generator's size: what is left of a picture, enlarged again where Q made it smaller. Differentiable.</summary>
    public abstract Tensor Apply(Tensor images);

    /// <summary>The result with everything that the observation tells for certain.</summary>
    /// <param name="result">What was found, [N, 3, R, R].</param>
    /// <param name="observed">Q of the true picture, as <see cref="Apply"/> gives it, [1, 3, R, R].</param>
    public virtual Tensor Restore(Tensor result, Tensor observed) => result.alias();

    /// <summary>Adds what the observation lacks in the degraded result, a few times over (Landweber's iteration).</summary>
    private protected Tensor BackProject(Tensor result, Tensor observed, int steps)
    {
        using var scope = NewDisposeScope();
        var at = result;
        for (var i = 0; i < steps; i++)
            at = (at + observed - Apply(at)).clamp(-1, 1);
        return at.MoveToOuterDisposeScope();
    }
}

/// <summary>Part of the picture is missing. What is hidden counts as perfect in every comparison: a fill stands in for it on both sides.</summary>
/// <param name="Visible">[1, 1, R, R]: 1 visible, 0 missing.</param>
/// <param name="Fill">[1, 3, R, R]: what stands in the missing part.</param>
public sealed record MissingPart(Tensor Visible, Tensor Fill) : Degradation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor images) => images * Visible + Fill * (1 - Visible);
}

/// <summary>The picture is small: means over areas.</summary>
/// <param name="Factor">How many times smaller, above 1.</param>
public sealed record LowResolution(double Factor) : Degradation
{
    private const int Steps = 3;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Enlarge(Degradations.Downsample(images, 1 / Factor), images.shape[^1]).MoveToOuterDisposeScope();
    }

    /// <summary>A small picture at the generator's size.</summary>
    public static Tensor Enlarge(Tensor small, long size) => F.interpolate(small, size: [size, size], mode: InterpolationMode.Bicubic, align_corners: false);

    /// <inheritdoc/>
    public override Tensor Restore(Tensor result, Tensor observed) => BackProject(result, observed, Steps);
}

/// <summary>The picture is out of focus.</summary>
/// <param name="Sigma">Standard deviation of the blur, pixels of the generator's picture.</param>
public sealed record Blurred(double Sigma) : Degradation
{
    private const int Steps = 3;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images) => Degradations.Blur(images, Sigma);

    /// <inheritdoc/>
    public override Tensor Restore(Tensor result, Tensor observed) => BackProject(result, observed, Steps);
}

/// <summary>The picture is black and white: its luma is known.</summary>
public sealed record Colourless : Degradation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor images) => Degradations.Grayscale(images);

    /// <inheritdoc/>
    public override Tensor Restore(Tensor result, Tensor observed) => BackProject(result, observed, 2); // clamping may need a second
}

/// <summary>The picture was compressed too much.</summary>
/// <param name="Quality">JPEG's quality, 1 to 100.</param>
/// <param name="Scale">How many times larger the photo was than the generator's picture when it was compressed: its blocks are that much smaller here.</param>
public sealed record Compressed(int Quality, int Scale = 1) : Degradation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor images)
    {
        if (Scale <= 1)
            return Degradations.Jpeg(images, Quality);
        using var scope = NewDisposeScope();
        return Degradations.Downsample(Degradations.Jpeg(LowResolution.Enlarge(images, Scale * images.shape[^1]), Quality), 1.0 / Scale).MoveToOuterDisposeScope();
    }
}

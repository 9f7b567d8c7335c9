using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>Fully connected layer with equalised learning rate (StyleGAN section 2): weights are stored with unit variance and scaled when used.</summary>
internal static class EqualizedLinear
{
    /// <summary>x [N, in] · weightᵀ · (lr / √in) + bias · lr → [N, out].</summary>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor bias, double lrMultiplier = 1)
    {
        using var scope = NewDisposeScope();
        // Scaling the few rows of x instead of the weight matrix: the same product, without a pass over the weights.
        var scaled = x * (lrMultiplier / Math.Sqrt(weight.shape[1]));
        var offset = lrMultiplier == 1 ? bias : bias * lrMultiplier;
        return nn.functional.linear(scaled, weight, offset).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>TensorFlow's "same" padding: the output has ⌈n / stride⌉ pixels, and an odd pixel of padding goes to the bottom and the right.</summary>
internal static class SamePadding
{
    /// <summary>Convolution of [N, C, H, W]; <paramref name="groups"/> equal to C makes it depthwise.</summary>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, long groups = 1)
    {
        if (weight.shape[2] == 1 && weight.shape[3] == 1 && stride == 1 && groups == 1)
            return Pointwise(x, weight, bias);
        var (top, bottom) = Amounts(x.shape[2], weight.shape[2], stride);
        var (left, right) = Amounts(x.shape[3], weight.shape[3], stride);
        if (groups > 1 && stride > 1)
            return Thinned(F.pad(x, [left, right, top, bottom]), weight, bias, stride, groups);
        if (top == bottom && left == right)
            return F.conv2d(x, weight, bias, strides: [stride, stride], padding: [top, left], groups: groups);
        return F.conv2d(F.pad(x, [left, right, top, bottom]), weight, bias, strides: [stride, stride], padding: [0, 0], groups: groups);
    }

    /// <summary>
    /// A strided depthwise convolution as every n-th pixel of an unstrided one: oneDNN's gradient of the strided form with respect to its input is wrong in bfloat16 (it has nothing to
    /// do with the right one, cosine 0.2; the forward pass is right). Depthwise convolutions are a small part of a network's work.
    /// </summary>
    private static Tensor Thinned(Tensor padded, Tensor weight, Tensor? bias, int stride, long groups)
    {
        using var scope = NewDisposeScope();
        var all = F.conv2d(padded, weight, bias, groups: groups);
        return all.slice(2, 0, all.shape[2], stride).slice(3, 0, all.shape[3], stride).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A 1 × 1 convolution is a product of matrices, and is computed as one: oneDNN's own 1 × 1 convolution divides by zero for MobileNet's 512 → 1024 channels on
    /// machines that do not tell the sizes of their caches (AMD guests whose CPUID leaf 8000001Dh is empty). In the channels-last order nothing is copied for it.
    /// </summary>
    private static Tensor Pointwise(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        return F.linear(x.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Max pooling of [N, C, H, W]; padding never wins.</summary>
    public static Tensor MaxPool(Tensor x, int kernel, int stride)
    {
        var (top, bottom) = Amounts(x.shape[2], kernel, stride);
        var (left, right) = Amounts(x.shape[3], kernel, stride);
        return F.max_pool2d(F.pad(x, [left, right, top, bottom], value: double.NegativeInfinity), [kernel, kernel], [stride, stride]);
    }

    private static (long Before, long After) Amounts(long size, long kernel, int stride)
    {
        var output = (size + stride - 1) / stride;
        var total = Math.Max((output - 1) * stride + kernel - size, 0);
        return (total / 2, total - total / 2);
    }
}

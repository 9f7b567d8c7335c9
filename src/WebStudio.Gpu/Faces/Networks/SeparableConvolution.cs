using static TorchSharp.torch;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>A depthwise 3 × 3 convolution followed by a pointwise one with a bias.</summary>
internal sealed class SeparableConvolution(FaceNetworkParameters parameters, string name)
{
    private readonly Tensor _depthwise = parameters.DepthwiseFilters(name + "/depthwise_filter");
    private readonly Tensor _pointwise = parameters.Filters(name + "/pointwise_filter");
    private readonly Tensor _bias = parameters.Vector(name + "/bias");

    /// <summary>[N, C, H, W] -> [N, out, ⌈H / stride⌉, ⌈W / stride⌉].</summary>
    public Tensor Forward(Tensor x, int stride = 1) =>
        SamePadding.Convolve(SamePadding.Convolve(x, _depthwise, stride: stride, groups: x.shape[1]), _pointwise, _bias);
}

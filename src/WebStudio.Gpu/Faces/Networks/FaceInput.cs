using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>What the face networks do to a picture before their first layer.</summary>
internal static class FaceInput
{
    /// <summary>The colour mean (0-255) that the embedding, landmark, expression and age networks subtract, [1, 3, 1, 1]; detached, the caller's.</summary>
    public static Tensor MeanRgb(Device device) => tensor((float[])[122.782f, 117.001f, 104.298f], device: device).view(1, 3, 1, 1).DetachFromDisposeScope();

    /// <summary>(pixel − mean) / 255 of pictures given in [-1, 1].</summary>
    public static Tensor Normalize(Tensor images, Tensor meanRgb) => ((images + 1) * 127.5 - meanRgb) / 255;

    /// <summary>Bilinear resize to a square with pixel centres at half-integers; smoothed first where it shrinks, so that small detail does not alias.</summary>
    public static Tensor Resize(Tensor images, int size) =>
        F.interpolate(images, size: [size, size], mode: InterpolationMode.Bilinear, align_corners: false, antialias: images.shape[2] > size || images.shape[3] > size);
}

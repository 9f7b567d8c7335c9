using static TorchSharp.torch;

namespace WebStudio.Gpu.Imaging;

/// <summary>Cut and bilinear resize along one axis as a matrix: two products for a whole batch, with exact gradients for free.</summary>
internal static class CropMatrix
{
    /// <summary>The matrix that takes <paramref name="size"/> samples of an axis; multiply rows from the left, columns by its transpose from the right.</summary>
    /// <param name="length">Pixels of the axis.</param>
    /// <param name="start">Where the cut begins, as a share of the axis.</param>
    /// <param name="share">How much of the axis is cut out.</param>
    /// <param name="size">Pixels of the result.</param>
    /// <returns>[size, length], rows summing to 1.</returns>
    public static Tensor Bilinear(long length, double start, double share, int size)
    {
        var weights = new float[size * length];
        for (var i = 0; i < size; i++)
        {
            var at = Math.Clamp(start * length + (i + 0.5) * share * length / size - 0.5, 0, length - 1);
            var low = (long)at;
            weights[i * length + low] += (float)(1 - (at - low));
            if (low + 1 < length)
                weights[i * length + low + 1] += (float)(at - low);
        }
        return tensor(weights).view(size, length);
    }
}

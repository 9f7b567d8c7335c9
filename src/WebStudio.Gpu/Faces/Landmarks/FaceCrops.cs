using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces.Landmarks;

/// <summary>Cuts squares out of pictures; what lies outside a picture repeats its border.</summary>
internal static class FaceCrops
{
    /// <summary>Cuts the same number of squares out of every picture of a batch, bilinearly.</summary>
    /// <param name="pictures">[N, C, H, W].</param>
    /// <param name="frames">N lists of K squares each.</param>
    /// <param name="size">Side of a crop in pixels.</param>
    /// <returns>[N·K, C, size, size], picture by picture.</returns>
    public static Tensor Sample(Tensor pictures, IReadOnlyList<IReadOnlyList<FaceFrame>> frames, int size)
    {
        using var scope = NewDisposeScope();
        var (n, k) = (frames.Count, frames[0].Count);
        var (width, height) = ((float)pictures.shape[3], (float)pictures.shape[2]);
        // A frame is an affine map from fractions in [-0.5, 0.5]² to grid_sample's [-1, 1] coordinates (align_corners: false).
        var affine = new float[n * k * 6];
        for (var i = 0; i < n * k; i++)
        {
            var f = frames[i / k][i % k];
            var (sin, cos) = MathF.SinCos(f.Angle);
            var side = f.Mirrored ? -f.Size : f.Size;
            float[] row = [side * cos * 2 / width, -f.Size * sin * 2 / width, f.Center.X * 2 / width - 1, side * sin * 2 / height, f.Size * cos * 2 / height, f.Center.Y * 2 / height - 1];
            row.CopyTo(affine, 6 * i);
        }
        var steps = (arange(size, dtype: ScalarType.Float32, device: pictures.device) + 0.5) / size - 0.5;
        var fractions = stack([steps.view(1, -1).expand(size, size), steps.view(-1, 1).expand(size, size), ones(size, size, device: pictures.device)], 2); // [size, size, 3]
        var maps = tensor(affine, device: pictures.device).view(n * k, 2, 3);
        var grid = matmul(fractions.view(1, -1, 3), maps.transpose(1, 2)).view(n, k * size, size, 2);
        var cut = F.grid_sample(pictures, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false); // [N, C, K·size, size]
        return cut.view(n, pictures.shape[1], k, size, size).transpose(1, 2).reshape(n * k, pictures.shape[1], size, size).MoveToOuterDisposeScope();
    }
}

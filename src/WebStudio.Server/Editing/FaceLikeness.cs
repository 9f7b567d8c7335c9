using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;

namespace WebStudio.Server.Editing;

/// <summary>How much two faces are one person's, for the editor's meter. Used on the device's thread.</summary>
internal sealed class FaceLikeness(ComputeContext context) : IDisposable
{
    private FaceFeatureDistance? _features; // read when the first picture is to be measured

    /// <summary>128 numbers that stand for the face.</summary>
    /// <param name="face">Aligned, of any size.</param>
    public float[] Embed(RgbImage face)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _features ??= new(context);
        return _features.Embed(face.ToTensor().unsqueeze(0).to(context.Device)).to(ScalarType.Float32).cpu().data<float>().ToArray();
    }

    /// <summary>Cosine similarity of two embeddings, −1 to 1.</summary>
    public static double Similarity(float[] a, float[] b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (var i = 0; i < a.Length; i++)
            (dot, aa, bb) = (dot + a[i] * b[i], aa + a[i] * a[i], bb + b[i] * b[i]);
        return dot / Math.Sqrt(aa * bb + 1e-12);
    }

    public void Dispose() => _features?.Dispose();
}

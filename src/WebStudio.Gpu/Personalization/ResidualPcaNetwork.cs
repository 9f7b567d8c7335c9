using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Personalization;

/// <summary>Shape and forward pass of the encoder <c>residual-pca-64</c>, for the one that encodes and the one that is trained.</summary>
internal static class ResidualPcaNetwork
{
    /// <summary>Name of the architecture in base.json.</summary>
    public const string Architecture = "residual-pca-64";

    /// <summary>Side of the picture the network sees, in pixels.</summary>
    public const int InputResolution = 64;

    /// <summary>Side of the picture the linear path sees, in pixels.</summary>
    public const int CoarseResolution = 32;

    /// <summary>Length of a coarse picture as a vector.</summary>
    public const int CoarsePixels = 3 * CoarseResolution * CoarseResolution;

    private const double LeakySlope = 0.2;
    private static readonly int[] Widths = [64, 128, 256, 256];

    /// <summary>Length of the features before the last layer.</summary>
    public static int Features => Widths[^1] * 4 * 4;

    /// <summary>Every convolution, 3 × 3, with the number of its maps.</summary>
    public static IEnumerable<(string Name, int Inputs, int Outputs)> Convolutions()
    {
        yield return ("stem", 12, Widths[0]);
        for (var stage = 0; stage < Widths.Length; stage++)
        {
            if (stage > 0)
                yield return ($"d{stage}", Widths[stage - 1], Widths[stage]);
            yield return ($"r{stage}a", Widths[stage], Widths[stage]);
            yield return ($"r{stage}b", Widths[stage], Widths[stage]);
        }
    }

    /// <summary>Weights are stored with unit variance: equalised learning rate, and the activation's gain √2.</summary>
    public static double Gain(int inputs) => Math.Sqrt(2.0 / (inputs * 9));

    /// <summary>Features of pictures.</summary>
    /// <param name="picture">[N, 3, 64, 64] in [−1, 1]; missing pixels are 0.</param>
    /// <param name="layer">Weight, gain included, and bias of a convolution, in <paramref name="precision"/>.</param>
    /// <param name="precision">Type of the convolutions.</param>
    /// <returns>float32 [N, <see cref="Features"/>].</returns>
    public static Tensor Forward(Tensor picture, Func<string, (Tensor Weight, Tensor Bias)> layer, ScalarType precision)
    {
        var x = Convolve("stem", F.pixel_unshuffle(picture, 2).to(precision));
        for (var stage = 0; stage < Widths.Length; stage++)
        {
            if (stage > 0)
                x = Convolve($"d{stage}", x, stride: 2);
            var residual = Convolve($"r{stage}b", Convolve($"r{stage}a", x), activate: false);
            x = F.leaky_relu(x + residual * 0.5, LeakySlope);
        }
        return x.to(ScalarType.Float32).flatten(1);

        Tensor Convolve(string name, Tensor input, int stride = 1, bool activate = true)
        {
            var (weight, bias) = layer(name);
            var y = F.conv2d(input, weight, bias, strides: [stride, stride], padding: [1, 1]);
            return activate ? F.leaky_relu(y, LeakySlope) : y;
        }
    }

    /// <summary>The linear path: [N, 3, 64, 64] → float32 [N, w_dim].</summary>
    public static Tensor Coarse(Tensor picture, Tensor weight, Tensor bias) => F.linear(F.avg_pool2d(picture, 2).flatten(1), weight, bias);
}

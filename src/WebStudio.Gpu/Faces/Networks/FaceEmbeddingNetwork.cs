using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces.Networks;

/// <summary>
/// dlib's 29-layer face recognition ResNet with face-api's weights: a face crop becomes a 128-d embedding in which one person's photos lie close (L2).
/// Its weights are fixed; gradients flow to the input, so the feature maps serve as a perceptual distance.
/// </summary>
public sealed class FaceEmbeddingNetwork : IDisposable
{
    /// <summary>Side of the pictures the network was trained on.</summary>
    public const int InputSize = 150;

    /// <summary>Length of an embedding.</summary>
    public const int EmbeddingSize = 128;

    /// <summary>Number of feature maps <see cref="Features"/> can give.</summary>
    public const int Stages = 6;

    private static readonly (string Down, string[] Residuals)[] ResidualStages =
    [
        ("conv64_down", ["conv64_1", "conv64_2", "conv64_3"]),
        ("conv128_down", ["conv128_1", "conv128_2"]),
        ("conv256_down", ["conv256_1", "conv256_2"]),
        ("conv256_down_out", []),
    ];

    private readonly FaceNetworkParameters _parameters;
    private readonly Dictionary<string, (Tensor Weight, Tensor Bias)> _convolutions = new(StringComparer.Ordinal);
    private readonly Tensor _meanRgb, _fc;

    /// <summary>Reads the weights.</summary>
    /// <param name="context">Device and precision of the convolutions; the embedding is always float32.</param>
    /// <param name="modelFolder">Folder of the face-api models; null: <c>models/face-api</c> beside the application.</param>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public FaceEmbeddingNetwork(ComputeContext context, string? modelFolder = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var p = _parameters = FaceNetworkParameters.Read("face_recognition_model", context, modelFolder);
        // y = (conv(x) + b)·s + t: the scale layer after every convolution is folded into it.
        foreach (var name in p.File.Names.Where(n => n.EndsWith("/conv/filters", StringComparison.Ordinal)).Select(n => n[..^"/conv/filters".Length]))
        {
            var scale = p.File[name + "/scale/weights"];
            var filters = p.File[name + "/conv/filters"].permute(3, 2, 0, 1) * scale.view(-1, 1, 1, 1);
            var bias = p.File[name + "/conv/bias"] * scale + p.File[name + "/scale/biases"];
            _convolutions[name] = (p.Keep(filters), p.Keep(bias));
        }
        (_fc, _meanRgb) = (p.Vector("fc"), p.MeanRgb());
        p.CloseFile();
    }

    /// <summary>The 128-d embeddings of face crops; distances between pictures of one person are about 0.3 to 0.6 on clear photos.</summary>
    /// <param name="faces">[N, 3, H, W] in [-1, 1], the face filling the picture; any other size than 150 px is resized bilinearly.</param>
    /// <returns>[N, 128] float32.</returns>
    public Tensor Embed(Tensor faces)
    {
        using var scope = NewDisposeScope();
        var resized = faces.shape[2] == InputSize && faces.shape[3] == InputSize ? faces : FaceInput.Resize(faces, InputSize);
        return Embedding(Features(resized)[^1]).MoveToOuterDisposeScope();
    }

    /// <summary>The embeddings [N, 128] float32 that belong to the last of all six feature maps.</summary>
    public Tensor Embedding(Tensor lastMap)
    {
        using var scope = NewDisposeScope();
        return matmul(lastMap.to(ScalarType.Float32).mean([2, 3]), _fc).MoveToOuterDisposeScope();
    }

    /// <summary>Feature maps after each stage, from edges (32 channels at half size) to identity (256 channels, 2 × 2 at 150 px).</summary>
    /// <param name="faces">[N, 3, H, W] in [-1, 1], used at its own size; all six stages need at least 103 px a side (best 150), four need 43.</param>
    /// <param name="stages">How many maps to compute, 1 to 6; fewer is cheaper.</param>
    /// <returns>Maps [N, 32, H/2, W/2], [N, 32, H/4, …], [N, 64, H/8, …], [N, 128, H/16, …], [N, 256, …], [N, 256, …] in the context's precision; the caller's.</returns>
    public IReadOnlyList<Tensor> Features(Tensor faces, int stages = Stages)
    {
        if (faces.dim() != 4 || faces.shape[1] != 3)
            throw new ArgumentException($"Expected [N, 3, H, W], got [{string.Join(", ", faces.shape)}].", nameof(faces));
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stages, Stages);
        using var scope = NewDisposeScope();
        var maps = new List<Tensor>(stages);
        var x = F.relu(Convolve("conv32_down", FaceInput.Normalize(faces, _meanRgb).to(_parameters.Precision), stride: 2));
        maps.Add(x);
        if (stages > 1)
        {
            x = F.max_pool2d(x, [3, 3], [2, 2]);
            foreach (var name in (string[])["conv32_1", "conv32_2", "conv32_3"])
                x = Residual(name, x);
            maps.Add(x);
        }
        foreach (var (down, residuals) in ResidualStages.Take(stages - 2 < 0 ? 0 : stages - 2))
        {
            x = ResidualDown(down, x);
            foreach (var name in residuals)
                x = Residual(name, x);
            maps.Add(x);
        }
        foreach (var map in maps)
            map.MoveToOuterDisposeScope();
        return maps;
    }

    /// <inheritdoc/>
    public void Dispose() => _parameters.Dispose();

    private Tensor Convolve(string name, Tensor x, int stride = 1)
    {
        var (weight, bias) = _convolutions[name];
        return F.conv2d(x, weight, bias, strides: [stride, stride], padding: stride == 1 ? [1L, 1] : [0L, 0]);
    }

    private Tensor Residual(string name, Tensor x) => F.relu(Convolve(name + "/conv2", F.relu(Convolve(name + "/conv1", x))) + x);

    /// <summary>Halves the size: the convolution's path may come out one shorter than the pooled path and is padded with zeros at the end; new channels of the pooled path are zero.</summary>
    private Tensor ResidualDown(string name, Tensor x)
    {
        var y = Convolve(name + "/conv2", F.relu(Convolve(name + "/conv1", x, stride: 2)));
        var pooled = F.avg_pool2d(x, [2, 2], [2, 2]);
        if (pooled.shape[2] != y.shape[2] || pooled.shape[3] != y.shape[3])
            y = F.pad(y, [0, pooled.shape[3] - y.shape[3], 0, pooled.shape[2] - y.shape[2]]);
        if (pooled.shape[1] != y.shape[1])
            pooled = F.pad(pooled, [0, 0, 0, 0, 0, y.shape[1] - pooled.shape[1]]);
        return F.relu(pooled + y);
    }
}

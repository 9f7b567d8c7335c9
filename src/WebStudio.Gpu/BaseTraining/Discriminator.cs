using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>
/// Tells pictures of the training from pictures of the generator. It sees a picture with its mask, the missing part at 0, so that tight crops and whole pictures can be judged by one network. Convolutions with
/// equalised learning rate and a standard deviation over the batch before the last one, as StyleGAN's discriminator has.
/// </summary>
internal sealed class Discriminator : IDisposable
{
    private const double LeakySlope = 0.2;
    private const int LastSide = 4, MostMaps = 256, MapsTimesSide = 2048, FewestMaps = 16, Hidden = 256;

    private readonly ScalarType _precision;
    private readonly int _resolution;

    /// <summary>A fresh discriminator.</summary>
    /// <param name="resolution">Side of the pictures in pixels, a power of two from 16.</param>
    /// <param name="precision">Type of the convolutions.</param>
    /// <param name="device">Where.</param>
    /// <param name="random">Source of the weights.</param>
    public Discriminator(int resolution, ScalarType precision, Device device, RandomSource random)
    {
        (_resolution, _precision) = (resolution, precision);
        using var scope = NewDisposeScope();
        Convolution("in", 16, Maps(resolution / 2));
        for (var side = resolution / 2; side > LastSide; side /= 2)
        {
            Convolution($"b{side}.same", Maps(side), Maps(side));
            Convolution($"b{side}.down", Maps(side), Maps(side / 2));
        }
        Convolution("last", Maps(LastSide) + 1, Maps(LastSide));
        Add("hidden.weight", randn([Hidden, Maps(LastSide) * LastSide * LastSide], generator: random));
        Add("hidden.bias", zeros(Hidden));
        Add("score.weight", randn([1, Hidden], generator: random));
        Add("score.bias", zeros(1));

        void Convolution(string name, int inputs, int outputs)
        {
            Add($"{name}.weight", randn([outputs, inputs, 3, 3], generator: random));
            Add($"{name}.bias", zeros(outputs));
        }

        void Add(string name, Tensor values) => Parameters[name] = values.to(device).DetachFromDisposeScope();
    }

    /// <summary>What is trained.</summary>
    public SortedDictionary<string, Tensor> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>Switches gradients of all parameters on or off.</summary>
    public void RequireGrad(bool on)
    {
        foreach (var parameter in Parameters.Values)
            parameter.requires_grad_(on);
    }

    /// <summary>Scores [B], high for pictures taken for real, and the feature maps of every side from half the resolution down to 8.</summary>
    /// <param name="pictures">[B, 3, R, R] in about [−1, 1].</param>
    /// <param name="masks">[B, 1, R, R].</param>
    /// <param name="precise">Convolve in float32 whatever the network's precision: for gradients of gradients.</param>
    public (Tensor Scores, IReadOnlyList<Tensor> Maps) Forward(Tensor pictures, Tensor masks, bool precise = false)
    {
        var type = precise ? ScalarType.Float32 : _precision;
        using var scope = NewDisposeScope();
        var maps = new List<Tensor>();
        var x = Convolve("in", F.pixel_unshuffle(cat([pictures * masks, masks], 1), 2).to(type));
        for (var side = _resolution / 2; side > LastSide; side /= 2)
        {
            x = Convolve($"b{side}.same", x);
            maps.Add(x);
            x = Convolve($"b{side}.down", x, stride: 2);
        }
        // From here on in float32, which costs nothing at 4 px: with an odd number of maps the CPU's bfloat16 convolution gives numbers that are none now and then (seen with libtorch 2.10).
        x = x.to(ScalarType.Float32);
        var deviation = (x.var(0, unbiased: false) + 1e-8).sqrt().mean().view(1, 1, 1, 1).expand(x.shape[0], 1, LastSide, LastSide);
        type = ScalarType.Float32;
        x = Convolve("last", cat([x, deviation], 1)).flatten(1);
        var hidden = F.leaky_relu(Linear("hidden", x, Math.Sqrt(2)), LeakySlope);
        var scores = Linear("score", hidden, 1).squeeze(1).MoveToOuterDisposeScope();
        return (scores, maps.ConvertAll(m => m.MoveToOuterDisposeScope()));

        Tensor Convolve(string name, Tensor input, int stride = 1)
        {
            var weight = Parameters[$"{name}.weight"];
            // The activation's gain √2 lies in the weights.
            var scaled = (weight * Math.Sqrt(2.0 / (weight.shape[1] * 9))).to(type);
            return F.leaky_relu(F.conv2d(input, scaled, Parameters[$"{name}.bias"].to(type), strides: [stride, stride], padding: [1, 1]), LeakySlope);
        }
    }

    /// <summary>R1 (Mescheder et al., 2018): the mean over pictures of the squared gradient of their scores, a scalar that carries the gradient of the parameters; in float32.</summary>
    /// <param name="pictures">[B, 3, R, R], real ones.</param>
    /// <param name="masks">[B, 1, R, R].</param>
    public Tensor Penalty(Tensor pictures, Tensor masks)
    {
        using var scope = NewDisposeScope();
        var leaf = pictures.detach().clone().requires_grad_(true);
        var gradient = autograd.grad([Forward(leaf, masks, precise: true).Scores.sum()], [leaf], retain_graph: true, create_graph: true)[0];
        return gradient.square().sum([1, 2, 3]).mean().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Parameters.Values)
            tensor.Dispose();
    }

    private Tensor Linear(string name, Tensor x, double gain)
    {
        var weight = Parameters[$"{name}.weight"];
        return F.linear(x, weight * (gain / Math.Sqrt(weight.shape[1])), Parameters[$"{name}.bias"]);
    }

    private static int Maps(int side) => Math.Clamp(MapsTimesSide / side, FewestMaps, MostMaps);
}

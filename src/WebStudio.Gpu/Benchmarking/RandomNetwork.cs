using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.Benchmarking;

/// <summary>Synthesis networks of any shape with random weights: time and memory do not depend on the values.</summary>
internal static class RandomNetwork
{
    /// <summary>Every tensor of a synthesis network, NVIDIA's names with the prefix <c>synthesis.</c>, drawn as a fresh network's but with all terms in play.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="seed">Equal seeds give equal tensors.</param>
    /// <param name="noise">Spread of the noise strengths; 0 for a network without noise, as the built-in base is.</param>
    public static Dictionary<string, Tensor> Tensors(GeneratorConfig config, long seed, double noise = 0.3)
    {
        using var random = new RandomSource((ulong)seed);
        var tensors = new Dictionary<string, Tensor>();
        Tensor Draw(params long[] shape) => randn(shape, generator: random);

        void Layer(string name, int inputs, int outputs, int kernel, int resolution)
        {
            tensors[$"{name}.affine.weight"] = Draw(inputs, config.WDim);
            tensors[$"{name}.affine.bias"] = Draw(inputs).mul_(0.3).add_(1);
            tensors[$"{name}.weight"] = Draw(outputs, inputs, kernel, kernel);
            tensors[$"{name}.bias"] = Draw(outputs).mul_(0.2);
            if (kernel == 1)
                return;
            tensors[$"{name}.noise_strength"] = Draw().mul_(noise);
            tensors[$"{name}.noise_const"] = Draw(resolution, resolution);
        }

        tensors["synthesis.b4.const"] = Draw(config.Channels[4], 4, 4);
        for (var r = 4; r <= config.ImgResolution; r *= 2)
        {
            if (r > 4)
                Layer($"synthesis.b{r}.conv0", config.Channels[r / 2], config.Channels[r], 3, r);
            Layer($"synthesis.b{r}.conv1", config.Channels[r], config.Channels[r], 3, r);
            Layer($"synthesis.b{r}.torgb", config.Channels[r], config.ImgChannels, 1, r);
        }
        return tensors;
    }

    /// <summary>
    /// A network of the size benchmarks use: up to 256 px as narrow as the built-in base (16 maps at 128 px and above, doubling towards 256, no noise),
    /// larger ones in the published FFHQ shape (config-f: 32768 / resolution maps, at most 512, noise, clamp 256).
    /// </summary>
    public static SynthesisNetwork OfSize(int resolution, Execution.ComputeContext context)
    {
        using var scope = NewDisposeScope();
        var narrow = resolution <= 256;
        var config = new GeneratorConfig
        {
            ImgResolution = resolution,
            Channels = narrow ? GeneratorConfig.ChannelsFor(resolution, Math.Max(2048, 16 * resolution), 256) : GeneratorConfig.ChannelsFor(resolution, 32768, 512),
            ConvClamp = narrow ? null : 256,
        };
        return new SynthesisNetwork(config, Tensors(config, seed: resolution, noise: narrow ? 0 : 0.1), context);
    }
}

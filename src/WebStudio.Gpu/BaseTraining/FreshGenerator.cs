using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;
using RandomSource = TorchSharp.torch.Generator;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>A StyleGAN2 synthesis network before training, as the paper initialises it: unit variance, style biases 1, noise strengths 0.</summary>
internal static class FreshGenerator
{
    /// <summary>Tensors by NVIDIA's names without prefix; the caller's.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="silentAbove">Blocks above this side add nothing to the picture at first: a network that has learnt the smaller sizes goes on where it was.</param>
    /// <param name="random">Source of the values.</param>
    public static Dictionary<string, Tensor> Tensors(GeneratorConfig config, int silentAbove, RandomSource random)
    {
        var tensors = new Dictionary<string, Tensor> { ["b4.const"] = randn([config.Channels[4], 4, 4], generator: random) };
        for (var r = 4; r <= config.ImgResolution; r *= 2)
        {
            var maps = config.Channels[r];
            if (r > 4)
                Convolution($"b{r}.conv0", config.Channels[r / 2], maps, r);
            Convolution($"b{r}.conv1", maps, maps, r);
            Affine($"b{r}.torgb", maps);
            tensors[$"b{r}.torgb.weight"] = r > silentAbove ? zeros(config.ImgChannels, maps, 1, 1) : randn([config.ImgChannels, maps, 1, 1], generator: random);
            tensors[$"b{r}.torgb.bias"] = zeros(config.ImgChannels);
        }
        return tensors;

        void Affine(string name, int inputs)
        {
            tensors[$"{name}.affine.weight"] = randn([inputs, config.WDim], generator: random);
            tensors[$"{name}.affine.bias"] = ones(inputs);
        }

        void Convolution(string name, int inputs, int outputs, int side)
        {
            Affine(name, inputs);
            tensors[$"{name}.weight"] = randn([outputs, inputs, 3, 3], generator: random);
            tensors[$"{name}.bias"] = zeros(outputs);
            tensors[$"{name}.noise_strength"] = zeros(Array.Empty<long>());
            tensors[$"{name}.noise_const"] = randn([side, side], generator: random);
        }
    }
}

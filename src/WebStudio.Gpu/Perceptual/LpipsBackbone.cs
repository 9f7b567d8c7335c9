using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Perceptual;

/// <summary>The convolutional part of a torchvision classifier, cut where LPIPS reads it. Parameters are named as torchvision's state dicts name them.</summary>
internal abstract class LpipsBackbone : IDisposable
{
    protected LpipsBackbone(BackboneTensors tensors) => Tensors = tensors;

    /// <summary>The weights.</summary>
    public BackboneTensors Tensors { get; }

    /// <summary>Channels of the maps, first to last.</summary>
    public abstract IReadOnlyList<int> Channels { get; }

    /// <summary>Maps [N, C, h, w] of scaled pictures [N, 3, H, W], after the ReLU that ends each slice.</summary>
    public abstract IReadOnlyList<Tensor> Maps(Tensor x);

    public void Dispose() => Tensors.Dispose();

    /// <summary>Builds the network the file holds; it is told by its tensors.</summary>
    /// <exception cref="InvalidInputException">None of the three, or tensors are missing or have other shapes.</exception>
    public static (LpipsNetwork Network, LpipsBackbone Backbone) Of(IReadOnlyDictionary<string, Tensor> file, ComputeContext context)
    {
        if (file.ContainsKey("features.3.squeeze.weight"))
            return (LpipsNetwork.Squeeze, new SqueezeNet(Take("SqueezeNet 1.1")));
        if (file.ContainsKey("features.28.weight"))
            return (LpipsNetwork.Vgg, new Vgg16(Take("VGG-16")));
        if (file.ContainsKey("features.10.weight"))
            return (LpipsNetwork.Alex, new AlexNet(Take("AlexNet")));
        throw new InvalidInputException("The backbone is not one that LPIPS uses: accepted are torchvision's weights of AlexNet, SqueezeNet 1.1 and VGG-16 (alexnet-….pth, squeezenet1_1-….pth, vgg16-….pth).");

        BackboneTensors Take(string what) => new(file, $"The backbone {what}", context);
    }

    private sealed class AlexNet : LpipsBackbone
    {
        private static readonly (string Name, int Inputs, int Outputs, int Kernel, int Stride, int Padding, bool Pool)[] Layers =
        [
            ("features.0", 3, 64, 11, 4, 2, false), ("features.3", 64, 192, 5, 1, 2, true), ("features.6", 192, 384, 3, 1, 1, true),
            ("features.8", 384, 256, 3, 1, 1, false), ("features.10", 256, 256, 3, 1, 1, false),
        ];

        public AlexNet(BackboneTensors tensors) : base(tensors)
        {
            foreach (var layer in Layers)
                tensors.TakeConvolution(layer.Name, layer.Outputs, layer.Inputs, layer.Kernel);
        }

        public override IReadOnlyList<int> Channels => [.. Layers.Select(l => l.Outputs)];

        public override IReadOnlyList<Tensor> Maps(Tensor x)
        {
            var maps = new List<Tensor>();
            foreach (var layer in Layers)
                maps.Add(x = Tensors.Convolve(layer.Name, layer.Pool ? F.max_pool2d(x, [3, 3], [2, 2]) : x, layer.Stride, layer.Padding));
            return maps;
        }
    }

    private sealed class Vgg16 : LpipsBackbone
    {
        private static readonly (int Outputs, int[] Layers)[] Blocks =
            [(64, [0, 2]), (128, [5, 7]), (256, [10, 12, 14]), (512, [17, 19, 21]), (512, [24, 26, 28])];

        public Vgg16(BackboneTensors tensors) : base(tensors)
        {
            var inputs = 3;
            foreach (var (outputs, layers) in Blocks)
                foreach (var layer in layers)
                {
                    tensors.TakeConvolution($"features.{layer}", outputs, inputs, 3);
                    inputs = outputs;
                }
        }

        public override IReadOnlyList<int> Channels => [.. Blocks.Select(b => b.Outputs)];

        public override IReadOnlyList<Tensor> Maps(Tensor x)
        {
            var maps = new List<Tensor>();
            foreach (var (_, layers) in Blocks)
            {
                if (maps.Count > 0)
                    x = F.max_pool2d(x, [2, 2], [2, 2]);
                foreach (var layer in layers)
                    x = Tensors.Convolve($"features.{layer}", x, padding: 1);
                maps.Add(x);
            }
            return maps;
        }
    }

    private sealed class SqueezeNet : LpipsBackbone
    {
        // Layer, inputs, squeezed, half of the outputs; a slice ends after a layer where Ends is true, and a pooling follows where Pool is.
        private static readonly (int Layer, int Inputs, int Squeezed, int Half, bool Pool, bool Ends)[] Fires =
        [
            (3, 64, 16, 64, true, false), (4, 128, 16, 64, false, true), (6, 128, 32, 128, true, false), (7, 256, 32, 128, false, true),
            (9, 256, 48, 192, true, true), (10, 384, 48, 192, false, true), (11, 384, 64, 256, false, true), (12, 512, 64, 256, false, true),
        ];

        public SqueezeNet(BackboneTensors tensors) : base(tensors)
        {
            tensors.TakeConvolution("features.0", 64, 3, 3);
            foreach (var fire in Fires)
            {
                tensors.TakeConvolution($"features.{fire.Layer}.squeeze", fire.Squeezed, fire.Inputs, 1);
                tensors.TakeConvolution($"features.{fire.Layer}.expand1x1", fire.Half, fire.Squeezed, 1);
                tensors.TakeConvolution($"features.{fire.Layer}.expand3x3", fire.Half, fire.Squeezed, 3);
            }
        }

        public override IReadOnlyList<int> Channels => [64, .. Fires.Where(f => f.Ends).Select(f => 2 * f.Half)];

        public override IReadOnlyList<Tensor> Maps(Tensor x)
        {
            x = Tensors.Convolve("features.0", x, stride: 2);
            var maps = new List<Tensor> { x };
            foreach (var fire in Fires)
            {
                if (fire.Pool)
                    x = F.max_pool2d(x, [3, 3], [2, 2], ceil_mode: true);
                var squeezed = Tensors.Convolve($"features.{fire.Layer}.squeeze", x);
                x = cat([Tensors.Convolve($"features.{fire.Layer}.expand1x1", squeezed), Tensors.Convolve($"features.{fire.Layer}.expand3x3", squeezed, padding: 1)], 1);
                if (fire.Ends)
                    maps.Add(x);
            }
            return maps;
        }
    }
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.StyleGan;

/// <summary>The learned affine map from w to the styles of one layer (StyleGAN2's "A"), with equalised learning rate.</summary>
internal sealed class StyleAffine(SynthesisTensors tensors, string prefix, int channels, int wDim, double gain = 1)
{
    private readonly Tensor _weight = tensors.Parameter($"{prefix}.affine.weight", channels, wDim);
    private readonly Tensor _bias = tensors.Parameter($"{prefix}.affine.bias", channels);

    /// <summary>w [N, w_dim] divided by √w_dim → styles [N, channels].</summary>
    public Tensor Apply(Tensor w)
    {
        if (gain == 1)
            return nn.functional.linear(w, _weight, _bias);
        using var scope = NewDisposeScope();
        return (nn.functional.linear(w, _weight, _bias) * gain).MoveToOuterDisposeScope();
    }

    /// <summary>Final maps of several layers as one, so that a single product gives every style of a network.</summary>
    public sealed class Bank : IDisposable
    {
        private readonly Tensor _weight, _bias;
        private readonly Dictionary<StyleAffine, (long Start, long Length)> _rows = [];

        public Bank(IEnumerable<StyleAffine> layers, int wDim)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            List<Tensor> weights = [], biases = [];
            var start = 0L;
            foreach (var layer in layers)
            {
                _rows[layer] = (start, layer._bias.shape[0]);
                start += layer._bias.shape[0];
                weights.Add(layer._weight * (layer.Gain / Math.Sqrt(wDim)));
                biases.Add(layer._bias * layer.Gain);
            }
            (_weight, _bias) = (cat(weights).DetachFromDisposeScope(), cat(biases).DetachFromDisposeScope());
        }

        /// <summary>w [N, w_dim], as it is → all styles [N, sum of channels].</summary>
        public Tensor Apply(Tensor w) => nn.functional.linear(w, _weight, _bias);

        /// <summary>One layer's part of <see cref="Apply"/>'s result, a view.</summary>
        public Tensor Of(StyleAffine layer, Tensor all) => all.narrow(1, _rows[layer].Start, _rows[layer].Length);

        public void Dispose()
        {
            _weight.Dispose();
            _bias.Dispose();
        }
    }

    private double Gain => gain;
}

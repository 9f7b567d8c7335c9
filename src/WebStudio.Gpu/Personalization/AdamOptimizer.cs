using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// Adam (Kingma and Ba, 2015) over named tensors. Ours rather than the library's because a run must be resumable exactly:
/// moments and step count are plain named state, and a step allocates two temporaries a parameter.
/// </summary>
public sealed class AdamOptimizer : IDisposable
{
    private readonly List<(string Name, Tensor Parameter, Tensor First, Tensor Second)> _slots = [];
    private readonly double _beta1, _beta2, _epsilon;

    /// <summary>Moments start at zero.</summary>
    /// <param name="parameters">Leaf tensors that require a gradient; they stay the caller's.</param>
    /// <param name="beta1">Decay of the first moment, [0, 1).</param>
    /// <param name="beta2">Decay of the second moment, [0, 1).</param>
    /// <param name="epsilon">Added to the root of the bias-corrected second moment.</param>
    public AdamOptimizer(IEnumerable<KeyValuePair<string, Tensor>> parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        (_beta1, _beta2, _epsilon) = (beta1, beta2, epsilon);
        foreach (var (name, parameter) in parameters)
            _slots.Add((name, parameter, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope()));
    }

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGrad()
    {
        foreach (var slot in _slots)
        {
            slot.Parameter.grad?.Dispose();
            slot.Parameter.grad = null;
        }
    }

    /// <summary>One update with the gradients as they are; parameters without one are left.</summary>
    /// <param name="learningRate">Step size.</param>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Steps++;
        var correction1 = 1 - Math.Pow(_beta1, Steps);
        var correction2 = Math.Sqrt(1 - Math.Pow(_beta2, Steps));
        foreach (var (_, parameter, first, second) in _slots)
        {
            var gradient = parameter.grad;
            if (gradient is null)
                continue;
            first.lerp_(gradient, 1 - _beta1);
            second.mul_(_beta2).addcmul_(gradient, gradient, 1 - _beta2);
            var denominator = second.sqrt().add_(_epsilon * correction2);
            parameter.addcdiv_(first, denominator, -learningRate * correction2 / correction1);
        }
    }

    /// <summary>The moments under <c>{prefix}{name}.first</c> and <c>.second</c>; the tensors stay this object's.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State(string prefix) =>
        _slots.SelectMany(s => new[] { KeyValuePair.Create($"{prefix}{s.Name}.first", s.First), KeyValuePair.Create($"{prefix}{s.Name}.second", s.Second) });

    /// <summary>Takes up moments written by <see cref="State"/>.</summary>
    /// <param name="prefix">The prefix they were written with.</param>
    /// <param name="tensors">At least the named moments; left to the caller.</param>
    /// <param name="steps">The step count they belong to.</param>
    /// <exception cref="InvalidInputException">A moment is missing or has another shape.</exception>
    public void Restore(string prefix, IReadOnlyDictionary<string, Tensor> tensors, int steps)
    {
        using var noGrad = no_grad();
        foreach (var (name, target) in State(prefix))
        {
            if (!tensors.TryGetValue(name, out var saved) || !saved.shape.SequenceEqual(target.shape))
                throw new InvalidInputException($"The checkpoint does not hold '{name}' as [{string.Join(", ", target.shape)}]: it belongs to another kind of run.");
            target.copy_(saved);
        }
        Steps = steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
        }
    }
}

using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Means of loss terms over steps, summed on the device: reading every step's value back would make a GPU wait.</summary>
internal sealed class TermMeans(int count, Device device) : IDisposable
{
    private readonly Tensor _sums = zeros(count, device: device).DetachFromDisposeScope();
    private int _steps;

    /// <summary>Takes the scalars of a step.</summary>
    public void Add(params Tensor[] terms)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _sums.add_(stack([.. terms.Select(t => t.detach())], 0).view(count));
        _steps++;
    }

    /// <summary>False once a step's term was not a finite number: then no weight is one any more.</summary>
    public bool AreFinite
    {
        get
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            return _sums.isfinite().all().item<bool>();
        }
    }

    /// <summary>Means of the steps since the last time; begins anew.</summary>
    public double[] Take()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var means = (_sums / Math.Max(1, _steps)).to(ScalarType.Float64).cpu().data<double>().ToArray();
        _sums.zero_();
        _steps = 0;
        return means;
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();
}

using BenchmarkDotNet.Attributes;
using TorchSharp;
using WebStudio.Gpu.Benchmarking;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Benchmarks;

/// <summary>A step of batch 8 in the built-in base's shape: forward, mean squared error, gradients to weights and codes, Adam. Divide by 8 for a photo.</summary>
public class TrainingStepBenchmarks
{
    private const int Batch = 8, Resolution = 128;
    private SynthesisNetwork _single = null!, _half = null!;
    private PlainSynthesis _plain = null!;
    private AdamOptimizer _singleAdam = null!, _halfAdam = null!;
    private torch.Tensor _w = null!, _target = null!;

    [GlobalSetup]
    public void Setup()
    {
        _single = RandomNetwork.OfSize(Resolution, ComputeContext.Cpu);
        _half = _single.Clone(ComputeContext.Cpu with { Precision = torch.ScalarType.BFloat16 });
        _plain = new PlainSynthesis(_single);
        _w = torch.randn(Batch, _single.Config.WDim).requires_grad_(true);
        _target = torch.rand(Batch, 3, Resolution, Resolution);
        (_singleAdam, _halfAdam) = (Optimizer(_single), Optimizer(_half));
    }

    [Benchmark(Baseline = true)]
    public void Plain() => Step(_plain.Forward(_w), _singleAdam);

    [Benchmark]
    public void FastFloat32() => Step(_single.Forward(_w), _singleAdam);

    [Benchmark]
    public void FastBfloat16() => Step(_half.Forward(_w), _halfAdam);

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var owned in (IDisposable[])[_singleAdam, _halfAdam, _single, _half, _w, _target])
            owned.Dispose();
    }

    private AdamOptimizer Optimizer(SynthesisNetwork network)
    {
        foreach (var (name, parameter) in network.Parameters)
            parameter.requires_grad_(!name.EndsWith("noise_strength", StringComparison.Ordinal));
        return new AdamOptimizer(network.Parameters.Where(p => p.Value.requires_grad).Append(KeyValuePair.Create("w", _w)));
    }

    private void Step(torch.Tensor pictures, AdamOptimizer adam)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = pictures;
        adam.ZeroGrad();
        (pictures - _target).square().mean().backward();
        adam.Step(1e-4);
    }
}

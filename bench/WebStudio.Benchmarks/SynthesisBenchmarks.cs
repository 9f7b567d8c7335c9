using BenchmarkDotNet.Attributes;
using TorchSharp;
using WebStudio.Gpu.Benchmarking;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Benchmarks;

/// <summary>One picture of each size: plain formulation, fast path in float32 and in bfloat16, all with final weights.</summary>
public class SynthesisBenchmarks
{
    private SynthesisNetwork _single = null!, _half = null!;
    private PlainSynthesis _plain = null!;
    private torch.Tensor _w = null!;

    [Params(64, 128, 256, 1024)]
    public int Resolution { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _single = RandomNetwork.OfSize(Resolution, ComputeContext.Cpu);
        _half = _single.Clone(ComputeContext.Cpu with { Precision = torch.ScalarType.BFloat16 });
        _plain = new PlainSynthesis(_single);
        _w = torch.randn(1, _single.Config.WDim);
        _single.Freeze();
        _half.Freeze();
    }

    [Benchmark(Baseline = true)]
    public void Plain() => Render(() => _plain.Forward(_w));

    [Benchmark]
    public void FastFloat32() => Render(() => _single.Forward(_w));

    [Benchmark]
    public void FastBfloat16() => Render(() => _half.Forward(_w));

    [GlobalCleanup]
    public void Cleanup()
    {
        _single.Dispose();
        _half.Dispose();
        _w.Dispose();
    }

    private static void Render(Func<torch.Tensor> picture)
    {
        using var noGrad = torch.no_grad();
        using var image = picture();
    }
}

using BenchmarkDotNet.Attributes;
using TorchSharp;
using WebStudio.Gpu.Benchmarking;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Benchmarks;

/// <summary>From a moved slider to RGB bytes at 128 px, and to the 64 px preview.</summary>
public class EditLatencyBenchmarks
{
    private SynthesisNetwork _network = null!;
    private PlainSynthesis _plain = null!;
    private torch.Tensor _w = null!;

    [GlobalSetup]
    public void Setup()
    {
        _network = RandomNetwork.OfSize(128, ComputeContext.Cpu with { Precision = torch.ScalarType.BFloat16 });
        _network.Freeze();
        _plain = new PlainSynthesis(_network);
        _w = torch.randn(1, _network.Config.WDim);
    }

    [Benchmark(Baseline = true)]
    public RgbImage Plain() => Edit(w => _plain.Forward(w));

    [Benchmark]
    public RgbImage Fast() => Edit(w => _network.Forward(w));

    [Benchmark]
    public RgbImage FastPreview() => Edit(w => _network.Forward(w, stopAtResolution: 64));

    [GlobalCleanup]
    public void Cleanup()
    {
        _network.Dispose();
        _w.Dispose();
    }

    private RgbImage Edit(Func<torch.Tensor, torch.Tensor> render)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        _w.add_(0.01);
        return RgbImage.FromTensor(render(_w)[0]);
    }
}

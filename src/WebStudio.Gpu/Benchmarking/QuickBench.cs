using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Benchmarking;

/// <summary>
/// One table in about a minute: synthesis, a training step, the way from a changed code to RGB bytes, and memory, each beside the plain formulation
/// (grouped convolutions, zero-insertion FIR) run in turns in the same process. Weights are random.
/// </summary>
/// <param name="context">Device, and precision of the fast path; the plain formulation always runs in float32.</param>
/// <param name="options">What is measured.</param>
public sealed class QuickBench(ComputeContext context, QuickBenchOptions options)
{
    /// <summary>Measures.</summary>
    /// <param name="perceptual">Mean perceptual distance of pictures [N, 3, R, R] for the training step, a scalar; null to train on mean squared error alone.</param>
    /// <param name="progress">Receives every finished line.</param>
    /// <param name="abort">Ends the run between two rounds.</param>
    /// <exception cref="OperationCanceledException">It was aborted.</exception>
    public BenchReport Run(Func<Tensor, Tensor>? perceptual = null, IProgress<BenchLine>? progress = null, CancellationToken abort = default)
    {
        var timer = new PairTimer(context.Device, options, abort);
        var lines = new List<BenchLine>();
        var peak = 0L;
        foreach (var line in Lines(timer, perceptual))
        {
            lines.Add(line);
            progress?.Report(line);
            peak = Math.Max(peak, PeakMemory.Read()); // the memory line resets the mark
        }
        return new BenchReport(Machine(), context.Precision == ScalarType.BFloat16 ? "bfloat16" : "float32", lines, peak / 1e6);
    }

    private IEnumerable<BenchLine> Lines(PairTimer timer, Func<Tensor, Tensor>? perceptual)
    {
        foreach (var resolution in options.Resolutions)
            foreach (var line in Synthesis(timer, resolution))
                yield return line;
        yield return Edit(timer);
        foreach (var line in Training(timer, perceptual))
            yield return line;
    }

    private IEnumerable<BenchLine> Synthesis(PairTimer timer, int resolution)
    {
        using var network = RandomNetwork.OfSize(resolution, context);
        var plain = new PlainSynthesis(network);
        network.Freeze();
        // A batch of 1024 px pictures would fill a small machine's memory.
        foreach (var count in resolution <= 256 ? [1, options.BatchSize] : new[] { 1 })
        {
            using var noGrad = no_grad();
            using var w = Codes(network, count);
            yield return timer.Compare($"synthesis {resolution} px, {count} at once, per picture", count, () => network.Forward(w), () => plain.Forward(w));
        }
    }

    private BenchLine Edit(PairTimer timer)
    {
        using var network = RandomNetwork.OfSize(options.TrainingResolution, context);
        var plain = new PlainSynthesis(network);
        network.Freeze();
        using var noGrad = no_grad();
        using var w = Codes(network, 1);
        using var step = full_like(w, 0.01);
        RgbImage Picture(Func<Tensor, Tensor> render)
        {
            w.add_(step);
            return RgbImage.FromTensor(render(w)[0]);
        }
        return timer.Compare($"edit {options.TrainingResolution} px, code to RGB bytes", 1, () => Picture(v => network.Forward(v)), () => Picture(v => plain.Forward(v)));
    }

    private IEnumerable<BenchLine> Training(PairTimer timer, Func<Tensor, Tensor>? perceptual)
    {
        var (resolution, batch) = (options.TrainingResolution, options.BatchSize);
        using var network = RandomNetwork.OfSize(resolution, context);
        network.RequireGrad(true);
        // As the personaliser trains: the base has no noise, and learns none.
        foreach (var (name, parameter) in network.Parameters)
            parameter.requires_grad_(!name.EndsWith("noise_strength", StringComparison.Ordinal));
        var plain = new PlainSynthesis(network);
        using var w = Codes(network, batch).requires_grad_(true);
        using var target = rand([batch, 3, resolution, resolution], device: context.Device);
        using var adam = new AdamOptimizer(network.Parameters.Where(p => p.Value.requires_grad).Append(KeyValuePair.Create("w", w)));

        void Step(Func<Tensor, Tensor> forward)
        {
            using var scope = NewDisposeScope();
            var picture = forward(w);
            var loss = (picture - target).square().mean();
            if (perceptual is not null)
                loss = loss + perceptual(picture);
            adam.ZeroGrad();
            loss.backward();
            adam.Step(1e-4);
        }

        void Fast() => Step(v => network.Forward(v));
        void Plain() => Step(v => plain.Forward(v));
        yield return timer.Compare($"training step {resolution} px, batch {batch}{(perceptual is null ? "" : ", perceptual")}, per photo", batch, Fast, Plain);
        if (context.Device.type == TorchSharp.DeviceType.CPU && MemoryWatch.PeakOf(Fast) is { } fast && MemoryWatch.PeakOf(Plain) is { } full)
            yield return new BenchLine($"training step {resolution} px, batch {batch}, memory", "MB", fast / 1e6, fast / 1e6, full / 1e6, full / 1e6);
    }

    private Tensor Codes(SynthesisNetwork network, int count) => randn([count, network.Config.WDim], device: context.Device);

    private string Machine()
    {
        const string info = "/proc/cpuinfo";
        var model = File.Exists(info) ? File.ReadLines(info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() : null;
        return $"{model ?? "unknown processor"}, {context.Device}, {get_num_threads()} of {Environment.ProcessorCount} cores";
    }
}

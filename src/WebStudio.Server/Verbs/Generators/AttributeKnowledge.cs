using System.Diagnostics;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>What a base knows of attributes, measured on its own random faces and written into its folder.</summary>
internal static class AttributeKnowledge
{
    /// <summary>Attribute statistics and the readout; the caller disposes the statistics.</summary>
    /// <exception cref="WebStudio.Gpu.InvalidInputException">The base cannot be sampled, or its pictures show no measurable faces.</exception>
    public static (AttributePrior Prior, IReadOnlyDictionary<string, double> Readout) Measure(BaseFolder source, AttributePriorOptions options, ComputeContext context, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        using var generator = source.LoadGenerator(context);
        using var analyzer = new FaceAnalyzer(context);
        using var readout = new AttributeReadout(context);
        var prior = new AttributePriorFitter(options, FaceAttributeTable.Names, crops => FaceAttributeTable.Measure(analyzer, crops))
            .Fit(generator, readout, done => console.Progress(new("measuring", "face", done, options.Samples, clock.Elapsed, [])), stop);
        prior.Write(Path.Combine(source.Folder, AttributePrior.FileName));
        readout.Write(Path.Combine(source.Folder, AttributeReadout.FileName));
        return (prior, readout.Names.Zip(readout.Explained).ToDictionary(r => r.First, r => r.Second));
    }

    /// <summary>InterFaceGAN's boundaries; the caller disposes them.</summary>
    /// <exception cref="WebStudio.Gpu.InvalidInputException">The base cannot be sampled, or its pictures show no measurable faces.</exception>
    public static AttributeBoundaries FitBoundaries(BaseFolder source, InterFaceGanOptions options, ComputeContext context, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        using var generator = source.LoadGenerator(context);
        using var analyzer = new FaceAnalyzer(context);
        var boundaries = InterFaceGan.Fit(generator, FaceAttributeTable.Names, crops => FaceAttributeTable.Measure(analyzer, crops), options,
            done => console.Progress(new("measuring boundaries", "face", done, options.Samples, clock.Elapsed, [])), stop);
        boundaries.Write(Path.Combine(source.Folder, AttributeBoundaries.FileName));
        return boundaries;
    }
}

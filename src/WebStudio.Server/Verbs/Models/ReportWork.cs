using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Models;

/// <summary>report, done: the figures of the training, and control measured on pictures now.</summary>
internal static class ReportWork
{
    public static int Run(string folder, VerbConsole console, CancellationToken stop)
    {
        var context = ModelContext.ForTraining("auto");
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(folder, context);
        using var analyzer = new FaceAnalyzer(context);
        using var identity = new FaceFeatureDistance(context);
        stop.ThrowIfCancellationRequested();
        var control = new ControlMeasurement(crops => FaceAttributeTable.Measure(analyzer, crops), FaceAttributeTable.Names, identity).Of(model);
        var report = model.Description.Report with { Control = control };
        foreach (var line in Lines(report))
            console.Line(line);
        console.Answer(report);
        return ExitCode.Ok;
    }

    /// <summary>A report for people.</summary>
    public static IEnumerable<string> Lines(ModelReport report)
    {
        static string F(FormattableString text) => FormattableString.Invariant(text);
        yield return F($"{report.Photos} photos, {report.Passes} passes, {report.Seconds:0} s ({1000 * report.SecondsPerPhoto:0.0} ms a photo-step), peak memory {report.PeakMemory / 1e9:0.00} GB, {report.Perceptual}, directions: {report.Axes}");
        foreach (var (name, figures) in ((string, ReconstructionFigures)[])[("encoder", report.Start), ("inverted", report.Inverted), ("final", report.Final)])
            yield return F($"  {name,-9} {figures.Psnr:0.00} dB, perceptual {figures.Perceptual:0.000}, identity {figures.Identity:0.000}");
        yield return F($"  identity between photos of the album {report.GalleryIdentity:0.000}");
        foreach (var a in report.Attributes)
            yield return F($"  {a.Attribute,-6} {a.Minimum:0.#} to {a.Maximum:0.#} {a.Unit}, {a.Levels} levels, component {a.Component} (cosine {a.ComponentCosine:0.00}), spread {a.SpreadBefore:0.00} -> {a.SpreadAfter:0.000}, rank correlation {a.RankCorrelationBefore:0.00} -> {a.RankCorrelation:0.000}, deviation kept {a.DeviationKept:0.00}");
        foreach (var c in report.Control)
        {
            yield return F($"  {c.Attribute,-6} on pictures: covers {c.Covered:0.0}, monotone in {c.MonotoneShare:0%} of rows, rank correlation {c.RankCorrelation:0.00}");
            yield return F($"         asked {string.Join(' ', c.Targets.Select(v => F($"{v:0}")))} / measured {string.Join(' ', c.Means.Select(v => F($"{v:0}")))}; identity {string.Join(' ', c.Identity.Select(v => F($"{v:0.00}")))}");
            yield return F($"         moves meanwhile, as a share of the album's range: {string.Join(", ", c.Leakage.Select(l => F($"{l.Key} {l.Value:0%}")))}");
        }
    }
}

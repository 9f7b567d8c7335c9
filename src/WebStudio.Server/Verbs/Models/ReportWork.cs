using System.Diagnostics;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Models;

/// <summary>report, done: the figures of the training, and control measured on pictures now.</summary>
internal static class ReportWork
{
    public static int Run(ReportRequest request, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        if (request.MyStyle is { } peer)
            PeerModels.RequireMyStyle(peer); // told now, not after a minute of measuring
        var context = ModelContext.ForTraining("auto");
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(request.Model, context);
        using var analyzer = new FaceAnalyzer(context);
        using var identity = new FaceFeatureDistance(context);
        stop.ThrowIfCancellationRequested();
        var control = new ControlMeasurement(crops => FaceAttributeTable.Measure(analyzer, crops), FaceAttributeTable.Names, identity).Of(model);
        var report = model.Description.Report with { Control = control };
        foreach (var line in Lines(report))
            console.Line(line);
        var study = request is { MyStyle: null, HeldOut: null, Pca: null, Sefa: null } ? null : Study(request, model, analyzer, identity, context, console, clock, stop);
        if (study is not null)
            foreach (var line in Lines(study))
                console.Line(line);
        console.Answer(study is null ? report : new { Report = report, Study = study });
        return ExitCode.Ok;
    }

    private static StudyReport Study(ReportRequest request, PersonalizedModel model, FaceAnalyzer analyzer, FaceFeatureDistance identity, ComputeContext context, VerbConsole console, Stopwatch clock, CancellationToken stop)
    {
        using var peer = request.MyStyle is { } folder ? PersonalizedModel.Load(folder, context) : null;
        using var boundaries = peer is null ? null : PeerModels.Boundaries(request.Base);
        var study = new ModelStudy(analyzer, identity).Of(model, peer, boundaries, p => console.Progress(new(p.Stage, "part", p.Done, p.Total, clock.Elapsed, [])), stop);
        return study with { HeldOut = HeldOut(request.HeldOut, model, analyzer, identity, console, clock, stop), Components = [.. Sources(request, analyzer, identity, context)] };
    }

    private static IEnumerable<ComponentSourceFigures> Sources(ReportRequest request, FaceAnalyzer analyzer, FaceFeatureDistance identity, ComputeContext context)
    {
        foreach (var (source, folder) in ((string, string?)[])[("PCA", request.Pca), ("SeFa", request.Sefa)])
        {
            if (folder is null)
                continue;
            using var model = PersonalizedModel.Load(folder, context);
            var report = model.Description.Report;
            yield return new(source, report.Attributes, new ControlMeasurement(crops => FaceAttributeTable.Measure(analyzer, crops), FaceAttributeTable.Names, identity).Of(model), report.Final.Psnr);
        }
    }

    private static List<HeldOutFigures> HeldOut(string? folder, PersonalizedModel model, FaceAnalyzer analyzer, FaceFeatureDistance identity, VerbConsole console, Stopwatch clock, CancellationToken stop)
    {
        if (folder is null)
            return [];
        var measurement = new HeldOutMeasurement(new(model, analyzer, identity, new()), identity);
        var photos = AlbumPhoto.FromFolder(folder);
        var figures = new List<HeldOutFigures>();
        foreach (var (photo, n) in photos.Select((photo, n) => (photo, n)))
        {
            console.Progress(new("held-out photos", "photo", n, photos.Count, clock.Elapsed, []));
            if (measurement.Of(photo.Read(), photo.Name, null, stop) is { } found)
                figures.Add(found);
            else
                console.Note($"note: {photo.Name} shows no face of this person; left out.");
        }
        return figures;
    }

    /// <summary>A study for people.</summary>
    public static IEnumerable<string> Lines(StudyReport study)
    {
        static string F(FormattableString text) => FormattableString.Invariant(text);
        foreach (var c in study.Control)
        {
            yield return F($"  {c.Attribute,-6} new portraits: asked {string.Join(' ', c.Targets.Select(v => F($"{v:0}")))} / measured {string.Join(' ', c.Means.Zip(c.Deviations).Select(v => F($"{v.First:0.0}±{v.Second:0.0}")))}{(c.IsMonotone ? ", rising" : ", not rising throughout")}");
            yield return F($"         deviation at a target {c.Deviations.Average():0.0}, over random portraits of MyStyle {c.RandomDeviation:0.0}: ratio {c.DeviationRatio:0.00} (n = {c.Samples})");
        }
        foreach (var group in study.Leakage.GroupBy(l => l.Attribute))
        {
            yield return F($"  {group.Key} moved by {group.First().Wanted:0.#}: change in deviations of the album");
            foreach (var l in group)
                yield return F($"    {l.Method,-13} {string.Join("  ", l.Change.Select(c => F($"{c.Key} {c.Value:0.00}")))}  leakage {l.Leakage:0.00}  identity {l.Identity:0.00}");
        }
        foreach (var source in study.Components)
        {
            yield return F($"  components from {source.Source}: {source.Psnr:0.00} dB");
            foreach (var (axis, control) in source.Attributes.Join(source.Control, a => a.Attribute, c => c.Attribute, (a, c) => (a, c)))
                yield return F($"    {axis.Attribute,-6} rank correlation {axis.RankCorrelation:0.000}, spread {axis.SpreadAfter:0.000}; pictures cover {control.Covered:0.0}, monotone {control.MonotoneShare:0%}, rank {control.RankCorrelation:0.00}, moves meanwhile {string.Join(", ", control.Leakage.Select(l => F($"{l.Key} {l.Value:0%}")))}");
        }
        foreach (var h in study.HeldOut)
            yield return F($"  held out {h.Name}: {h.Psnr:0.0} dB, SSIM {h.Ssim:0.000}, perceptual {h.Perceptual:0.000}, identity {h.Identity:0.00}, {h.Seconds:0.0} s");
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

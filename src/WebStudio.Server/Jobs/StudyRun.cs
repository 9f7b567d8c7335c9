using System.Diagnostics;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Models;
using static TorchSharp.torch;

namespace WebStudio.Server.Jobs;

/// <summary>
/// A version beside its peers: InterFaceGAN's boundaries are fitted once for a base, MyStyle is trained once for a version on the photos it was trained on, and everything is measured. What is made lies with the
/// version, so that comparisons of single photos find it.
/// </summary>
internal sealed class StudyRun(Job job, string folder, string version, string studyFile, string baseFolder, TrainingOptions options, ComputeContext context, JobProgressStore progress, JobFeed feed) : IJobRun
{
    private readonly CancellationTokenSource _abort = new(), _finish = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public JobState? Wish { get; private set; }

    public CancellationToken Aborted => _abort.Token;

    /// <summary>MyStyle of the same photos, in a version's folder.</summary>
    public static string MyStyle(string version) => Path.Combine(version, "peers", "mystyle");

    /// <summary>InterFaceGAN's boundaries of the version's base, in the version's folder.</summary>
    public static string Boundaries(string version) => Path.Combine(version, "peers", AttributeBoundaries.FileName);

    /// <summary>An example picture in the version's preview folder.</summary>
    public static string Example(int method, int attribute, int step) => $"study-{method}-{attribute}-{step}.webp";

    public void Abort(JobState? wish)
    {
        Wish = JobStates.Wish(Wish, wish);
        _abort.Cancel();
    }

    public void Finish() => _finish.Cancel();

    /// <summary>Trains and measures, on the device's thread.</summary>
    /// <returns>False when it was aborted; what is finished by then is kept.</returns>
    public bool Run(Breather breather)
    {
        using var scope = NewDisposeScope();
        using var analyzer = new FaceAnalyzer(context);
        using var identity = new FaceFeatureDistance(context);
        using var model = PersonalizedModel.Load(version, context);
        void Breathe()
        {
            _abort.Token.ThrowIfCancellationRequested();
            breather.Breathe();
            HostMemory.RequireReserve();
        }
        using var boundaries = Fit(analyzer, Breathe);
        using var peer = Train(model, identity, breather);
        if (peer is null)
            return false;
        var methods = new List<string>();
        var attributes = model.Description.Attributes.Select(a => a.Name).ToList();
        void Keep(string method, string attribute, Tensor strip)
        {
            if (!methods.Contains(method))
                methods.Add(method);
            for (var step = 0; step < strip.shape[0]; step++)
                ImageFile.Write(Path.Combine(version, "preview", Example(methods.IndexOf(method), attributes.IndexOf(attribute), step)), RgbImage.FromTensor(strip[step]), 88);
        }
        var study = new ModelStudy(analyzer, identity) { SliceDone = Breathe, Example = Keep, Samples = options.StudySamples, Photos = options.StudyPhotos }.Of(model, peer, boundaries, p => Tell(p.Stage, p.Done, p.Total), _abort.Token);
        AtomicFile.Write(studyFile, stream => stream.Write(ReportJson.Write(study with { Methods = methods })));
        return true;
    }

    private AttributeBoundaries Fit(FaceAnalyzer analyzer, Action breathe)
    {
        var (own, ofBase) = (Boundaries(version), Path.Combine(baseFolder, AttributeBoundaries.FileName));
        if (!File.Exists(own) && !File.Exists(ofBase))
        {
            using var generator = BaseFolder.Open(baseFolder).LoadGenerator(context);
            generator.Synthesis.Freeze();
            var settings = new InterFaceGanOptions();
            using var fitted = InterFaceGan.Fit(generator, FaceAttributeTable.Names, crops => FaceAttributeTable.Measure(analyzer, crops), settings, done =>
            {
                Tell("InterFaceGAN: measuring random faces", done, settings.Samples);
                breathe();
            }, _abort.Token);
            fitted.Write(ofBase);
        }
        if (!File.Exists(own))
            AtomicFile.Write(own, stream => stream.Write(File.ReadAllBytes(ofBase)));
        return AttributeBoundaries.Read(own);
    }

    private PersonalizedModel? Train(PersonalizedModel model, FaceFeatureDistance identity, Breather breather)
    {
        var target = MyStyle(version);
        if (Directory.Exists(target))
            return PersonalizedModel.Load(target, context);
        using var photos = new TrainingSet(
            [.. model.Description.Photos.Select(p => p.Name)],
            stack([.. model.Album.Select(a => a.ToTensor())]).to(context.Device),
            ones(model.Album.Count, 1, model.BaseDescription.Generator.ImgResolution, model.BaseDescription.Generator.ImgResolution, device: context.Device),
            new Dictionary<string, double[]>());
        var settings = PersonalizationOptions.MyStyle(model.Description.Report.Passes) with { CheckpointInterval = TimeSpan.FromSeconds(options.CheckpointSeconds) };
        var hooks = new PersonalizationHooks { StepDone = breather.Breathe, Finish = _finish.Token };
        var source = BaseFolder.Open(baseFolder);
        var peer = new PersonalizationRun(source, settings, context, identity, identity)
            .Run(photos, TrainingRun.Checkpoint(folder), resume: true, status => Tell(status.Stage.ToString(), status.Done, status.Total ?? 0, status), _abort.Token, hooks);
        if (peer is not null)
        {
            peer.Save(target);
            File.Delete(TrainingRun.Checkpoint(folder));
        }
        return peer;
    }

    private void Tell(string stage, int done, int total, PersonalizationProgress? training = null)
    {
        progress.Set(job.Id, new()
        {
            Stage = stage,
            Done = done,
            Total = total > 0 ? total : null,
            Elapsed = _clock.Elapsed.TotalSeconds,
            Remaining = training?.Remaining?.TotalSeconds,
            Memory = Environment.WorkingSet,
            Share = total > 0 ? done / (double)total : null,
        });
        feed.Progressed(job.Id);
    }
}

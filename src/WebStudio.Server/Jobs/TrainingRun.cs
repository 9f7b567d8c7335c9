using System.Diagnostics;
using System.Text.Json;
using WebStudio.Components.Training;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Models;
using CuratedAlbum = WebStudio.Gpu.Faces.Curation.Album;

namespace WebStudio.Server.Jobs;

/// <summary>What a training left: a folder that is a model, and what its row says.</summary>
internal sealed record TrainedModel(string Report, string Attributes, double SecondsPerPhoto, bool EndedEarly);

/// <summary>A job under way, with the wishes of its owner.</summary>
internal interface IJobRun
{
    /// <summary>What the owner wants beside going on.</summary>
    JobState? Wish { get; }

    /// <summary>Ends when the run is to stop.</summary>
    CancellationToken Aborted { get; }

    /// <summary>Stops after the current step.</summary>
    /// <param name="wish">Paused or Cancelled by the owner; Queued where it is to wait for its turn again; null when the server stops and goes on later.</param>
    void Abort(JobState? wish);

    /// <summary>Makes the best of what there is.</summary>
    void Finish();
}

/// <summary>One training under way: the engine's run with the wishes of its owner, its progress and its pictures. The tokens are asked on the device thread.</summary>
internal sealed class TrainingRun(Job job, string folder, string baseFolder, int passes, TrainingOptions options, ComputeContext context, JobProgressStore progress, JobFeed feed) : IJobRun
{
    private const int MostPoints = 400;
    private readonly CancellationTokenSource _abort = new(), _finish = new();
    private readonly List<LossPoint> _history = [.. progress.Read(job)?.History ?? []];
    private readonly Stopwatch _sinceSaved = Stopwatch.StartNew();
    private JobProgress _now = progress.Read(job) ?? new();

    /// <summary>Folder of the base it starts from.</summary>
    public string Base => baseFolder;

    /// <summary>What the owner wants beside going on.</summary>
    public JobState? Wish { get; private set; }

    /// <summary>Ends when the run is to stop.</summary>
    public CancellationToken Aborted => _abort.Token;

    /// <summary>Checkpoint of the engine.</summary>
    public static string Checkpoint(string folder) => Path.Combine(folder, "run.checkpoint");

    /// <summary>Stops after the current step with a checkpoint.</summary>
    /// <param name="wish">Paused or Cancelled; null when the server stops and goes on later.</param>
    public void Abort(JobState? wish)
    {
        Wish = JobStates.Wish(Wish, wish);
        _abort.Cancel();
    }

    /// <summary>Makes a version of what there is.</summary>
    public void Finish() => _finish.Cancel();

    /// <summary>Says in the job's folder that its next turn is to make a version of what there is: so a paused training is kept, and a wish outlives the server.</summary>
    public static void AskToFinish(string folder) => AtomicFile.Write(FinishMark(folder), _ => { });

    private static string FinishMark(string folder) => Path.Combine(folder, "finish");

    /// <summary>Trains on the device thread.</summary>
    /// <param name="album">Curated for the base.</param>
    /// <param name="photoIds">Ids of the photos by name.</param>
    /// <param name="target">Folder of the version, not there yet.</param>
    /// <param name="breather">Makes room for others.</param>
    /// <returns>The finished model; null when it was aborted.</returns>
    /// <exception cref="InvalidInputException">The album cannot be trained on.</exception>
    public TrainedModel? Train(CuratedAlbum album, IReadOnlyDictionary<string, Guid> photoIds, string target, Breather breather)
    {
        if (File.Exists(FinishMark(folder)))
            Finish();
        var request = JsonSerializer.Deserialize<TrainingRequest>(job.Request)!;
        var source = BaseFolder.Open(baseFolder);
        using var photos = AlbumTrainingSet.Build(album, source.Description, [.. request.Attributes.Select(a => a.Name)], context);
        using var identity = new FaceFeatureDistance(context);
        _now = _now with
        {
            Attributes = [.. request.Attributes.Select(a => a.Name)],
            Photos = [.. photos.Names.Select(name => photoIds[name])],
            Values = [.. Enumerable.Range(0, photos.Count).Select(n => request.Attributes.Select(a => photos.Values[a.Name][n] is var v && double.IsNaN(v) ? null : (double?)v).ToArray())],
        };
        var settings = new PersonalizationOptions
        {
            Attributes = [.. request.Attributes.Select(a => new AttributeRequest(a.Name, a.Levels))],
            Passes = passes,
            CheckpointInterval = TimeSpan.FromSeconds(options.CheckpointSeconds),
        };
        using var model = RunOrBeginAgain(new(source, settings, context, identity, identity), photos, breather);
        if (model is null)
            return null;
        Keep(model, target, breather);
        return new(
            ReportJson.Write(model.Description.Report),
            string.Join(',', model.Description.Attributes.Select(a => a.Name)),
            model.Description.Report.SecondsPerPhoto,
            _finish.IsCancellationRequested);
    }

    private static void Keep(PersonalizedModel model, string target, Breather breather)
    {
        model.Save(target);
        try
        {
            VersionPictures.Write(target, model, breather);
        }
        catch
        {
            Directory.Delete(target, recursive: true); // no row will name it
            throw;
        }
    }

    private PersonalizedModel? RunOrBeginAgain(PersonalizationRun run, TrainingSet photos, Breather breather)
    {
        var hooks = new PersonalizationHooks { StepDone = breather.Breathe, Snapshot = shot => Show(shot, photos), Finish = _finish.Token };
        var checkpoint = Checkpoint(folder);
        try
        {
            return run.Run(photos, checkpoint, resume: true, Report, _abort.Token, hooks);
        }
        catch (InvalidInputException e) when (e is not FileNotWrittenException && File.Exists(checkpoint))
        {
            // The album was changed while the training was paused: its checkpoint belongs to other photos.
            File.Delete(checkpoint);
            _history.Clear();
            return run.Run(photos, checkpoint, resume: false, Report, _abort.Token, hooks);
        }
        catch (OperationCanceledException)
        {
            return null; // before the first step: there is nothing to keep
        }
    }

    private void Report(PersonalizationProgress status)
    {
        if (status.Stage == PersonalizationStage.Training && double.IsFinite(status.Perceptual))
        {
            _history.RemoveAll(point => point.Pass >= status.Done); // several lines within a pass: the last counts
            _history.Add(new(status.Done, status.Perceptual + 8 * status.L2, [.. status.AnchorByAttribute]));
            if (_history.Count > MostPoints)
                for (var i = _history.Count - 2; i > 0; i -= 2)
                    _history.RemoveAt(i);
        }
        _now = _now with
        {
            Stage = status.Stage.ToString(),
            Done = status.Done,
            Total = status.Total,
            Elapsed = status.Elapsed.TotalSeconds,
            Remaining = status.Stage == PersonalizationStage.Training ? status.Remaining?.TotalSeconds : null,
            SecondsPerPhoto = double.IsFinite(status.SecondsPerPhoto) ? status.SecondsPerPhoto : _now.SecondsPerPhoto,
            Memory = status.ResidentBytes,
            Share = status.Stage switch
            {
                PersonalizationStage.Inverting => 0.1 * status.Done / Math.Max(1, status.Total ?? 1),
                PersonalizationStage.Training => 0.1 + 0.85 * status.Done / Math.Max(1, status.Total ?? passes),
                _ => 0.95,
            },
            History = [.. _history],
        };
        Publish();
    }

    private void Show(PersonalizationSnapshot shot, TrainingSet photos)
    {
        for (var i = 0; i < shot.Photos.Count; i++)
        {
            ImageFile.Write(Path.Combine(folder, $"shot-{i}.webp"), shot.Reconstructions[i], 85);
            if (_now.Shown.Count == 0)
                ImageFile.Write(Path.Combine(folder, $"photo-{i}.webp"), RgbImage.FromTensor(photos.Images[shot.Photos[i]]), 85);
        }
        _now = _now with { Coordinates = shot.Coordinates, Shown = shot.Photos, Shot = _now.Shot + 1 };
        Publish();
    }

    private void Publish()
    {
        progress.Set(job.Id, _now);
        if (_sinceSaved.Elapsed.TotalSeconds > 3)
        {
            progress.Save(job);
            _sinceSaved.Restart();
        }
        feed.Progressed(job.Id);
    }
}

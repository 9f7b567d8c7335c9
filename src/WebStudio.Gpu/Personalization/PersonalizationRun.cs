using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// One personalisation from aligned photos to a finished model: invert, choose directions, train, measure. Can be stopped between two steps and
/// carried on from its checkpoint file. Belongs to one thread.
/// </summary>
/// <param name="source">The base model.</param>
/// <param name="options">Settings.</param>
/// <param name="context">Device, precision, seed.</param>
/// <param name="perceptual">Distance of L_rec; stays the caller's.</param>
/// <param name="identity">Face embeddings for the report; stays the caller's.</param>
public sealed class PersonalizationRun(BaseFolder source, PersonalizationOptions options, ComputeContext context, IPerceptualDistance perceptual, FaceFeatureDistance identity)
{
    // As many as principal components usually carry an attribute, several times over.
    private const int SeFaDirections = 32;

    private sealed record StartFigures(ReconstructionFigures Start, ReconstructionFigures Inverted, IReadOnlyList<AxisStatistics> Axes);

    /// <summary>Runs, or carries on.</summary>
    /// <param name="photos">The album; its values hold every requested attribute.</param>
    /// <param name="checkpoint">Where an interrupted run is kept; null: nowhere. A complete run leaves it too, with everything learned: who has kept the model removes it.</param>
    /// <param name="resume">Carry on from the checkpoint where there is one.</param>
    /// <param name="progress">Receives status lines.</param>
    /// <param name="abort">Stops after the current step and saves the checkpoint.</param>
    /// <param name="hooks">What a host wants to see and do meanwhile.</param>
    /// <returns>The model, or null when the run was stopped.</returns>
    /// <exception cref="InvalidInputException">An attribute has no values, the base is damaged, or the checkpoint belongs to another run.</exception>
    /// <exception cref="InsufficientMemoryException">On a CPU: memory does not suffice, or others have taken it meanwhile; what was trained is in the checkpoint.</exception>
    /// <exception cref="FileNotWrittenException">The checkpoint could not be written; the one before is as it was.</exception>
    /// <exception cref="OperationCanceledException">Stopped before training began: there is nothing to carry on from.</exception>
    public PersonalizedModel? Run(TrainingSet photos, string? checkpoint = null, bool resume = false, Action<PersonalizationProgress>? progress = null, CancellationToken abort = default, PersonalizationHooks? hooks = null)
    {
        hooks ??= new();
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var generator = source.LoadGenerator(context);
        generator.Synthesis.Freeze(); // the base only renders; what is trained is a copy
        var memory = new TrainingMemory(generator.Config, photos.Count, options.BatchSize, context.Device.type, FreeMemory);
        memory.RequireRoom();
        using var prior = ReadPrior();
        using var readout = ReadReadout();
        var levels = options.Attributes.Select(a => AttributeKind.Quantise(a, photos.Values[a.Name])).ToList();
        using var reconstruction = new ReconstructionLoss(perceptual, photos.Images, photos.Masks, options.PerceptualWeight, options.L2Weight);
        using var anchorLoss = new AnchorLoss(levels, options.Anchor, photos.Images);
        var measurement = new ReconstructionMeasurement(photos, reconstruction, identity) { BatchDone = StepDone };
        var identifier = Identify(photos, generator);

        var carryOn = resume && checkpoint is not null && File.Exists(checkpoint);
        Tensor anchors;
        ReconstructionFigures? start = null, inverted = null;
        IReadOnlyList<AxisStatistics> before = [];
        AttributeAxes axes;
        if (carryOn)
        {
            anchors = zeros(photos.Count, generator.Config.WDim, device: context.Device);
            axes = AttributeAxes.Restore(options.Axes.Kind, zeros(levels.Count, generator.Config.WDim, device: context.Device), [.. levels.Select(_ => -1)]);
        }
        else
        {
            progress?.Invoke(new(PersonalizationStage.Inverting, 0, photos.Count, clock.Elapsed, null, ResidentBytes: Environment.WorkingSet));
            var codes = Encode(generator, photos);
            start = measurement.Of(generator.Synthesis, codes);
            var steps = source.Description.Encoder is null ? 4 * options.InversionSteps : options.InversionSteps;
            var inverter = new AnchorInverter(generator.Synthesis, reconstruction, new() { Steps = steps, BatchSize = options.BatchSize });
            void Inverted(int done) => progress?.Invoke(new(PersonalizationStage.Inverting, done, photos.Count, clock.Elapsed, options.Budget - clock.Elapsed, ResidentBytes: Environment.WorkingSet));
            if (options.Axes.Kind == AxisKind.Prior && prior is not null)
            {
                // The base's directions do not wait for the anchors: the codes are refined where they are to stay.
                axes = ChooseAxes(generator, codes, levels, prior);
                before = Statistics(codes, axes.Directions, levels);
                using var arrangement = AnchorArrangement.Of(prior, levels, axes.Directions);
                var centre = codes.mean([0]);
                var arranged = arrangement.Apply(codes, centre, arange(photos.Count, dtype: ScalarType.Int64, device: context.Device));
                anchors = inverter.Refine(arranged, (w, rows) => arrangement.Apply(w, centre, rows), Inverted, StepDone, abort);
            }
            else
            {
                anchors = inverter.Refine(codes, null, Inverted, StepDone, abort);
                axes = ChooseAxes(generator, anchors, levels, prior);
                before = Statistics(anchors, axes.Directions, levels);
            }
            inverted = measurement.Of(generator.Synthesis, anchors);
        }

        using var state = new PersonalizerState(generator.Synthesis, anchors, axes, options);
        if (carryOn)
            state.Restore(checkpoint!, identifier);
        else
        {
            state.Notes = JsonSerializer.Serialize(new StartFigures(start!, inverted!, before), NamedFloats);
            state.Elapsed = clock.Elapsed;
            if (checkpoint is not null)
                state.Save(checkpoint, identifier); // finding the anchors takes long where passes are short
        }
        // The report at the end takes its share of the budget: two renderings and embeddings of every photo.
        var training = options with { Budget = options.Budget - TimeSpan.FromSeconds(1 + 0.08 * photos.Count) };
        var trainer = new Personalizer(training, photos, reconstruction, anchorLoss, ChooseResponse(generator, readout, state, levels));
        var keeper = checkpoint is null ? null : new CheckpointKeeper(checkpoint, identifier, options.CheckpointInterval, trainer.StepsPerPass, state);
        var shown = new SnapshotTaker(hooks, photos.Count);
        void Keep(PersonalizerState now)
        {
            shown.TakeIfDue(now);
            StepDone();
            keeper?.SaveIfDue(now);
        }
        // A pass counts as done once it would outlive a crash.
        void Tell(PersonalizationProgress status) => progress?.Invoke(status with { Done = Math.Min(status.Done, keeper?.Passes ?? status.Done) });
        bool complete;
        try
        {
            complete = trainer.Train(state, Tell, Keep, abort, hooks.Finish);
        }
        catch (InsufficientMemoryException)
        {
            keeper?.Save(state); // it stands between two steps, and is to be gone on with
            throw;
        }
        keeper?.Save(state); // also of a complete one: measuring takes time, and the model is kept nowhere yet
        if (!complete)
            return null;
        progress?.Invoke(new(PersonalizationStage.Measuring, 0, photos.Count, state.Elapsed, null, ResidentBytes: Environment.WorkingSet));
        return Finish(state, generator, photos, levels, measurement);

        void StepDone()
        {
            hooks.StepDone?.Invoke();
            memory.RequireStep(); // of what the others have left
        }
    }

    /// <summary>Bytes that are free; null asks the system.</summary>
    internal Func<long>? FreeMemory { get; init; }

    private EditResponseLoss? ChooseResponse(Generator generator, AttributeReadout? readout, PersonalizerState state, List<AttributeLevels> levels) => options.Axes.Kind == AxisKind.Prior && options.ResponseWeight > 0
        ? EditResponseLoss.For(generator.Synthesis, readout, state.Anchors, state.Axes, levels, options.Seed, options.ValueWeight)
        : null;

    private static readonly JsonSerializerOptions NamedFloats = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private AttributePrior? ReadPrior()
    {
        var path = Path.Combine(source.Folder, AttributePrior.FileName);
        return File.Exists(path) ? AttributePrior.Read(path) : null;
    }

    private AttributeReadout? ReadReadout()
    {
        var path = Path.Combine(source.Folder, AttributeReadout.FileName);
        if (!File.Exists(path))
            return null;
        var readout = new AttributeReadout(context);
        readout.Load(path);
        return readout;
    }

    private Tensor Encode(Generator generator, TrainingSet photos)
    {
        using var noGrad = no_grad();
        var tensors = source.ReadEncoder();
        if (tensors is null)
        {
            var average = generator.WAvg ?? throw new InvalidInputException($"The base '{source.Description.Name}' has neither an encoder nor a mean code w_avg to start from.");
            return average.unsqueeze(0).repeat(photos.Count, 1);
        }
        using var encoder = new ResidualPcaEncoder(tensors, context);
        // The encoder was trained with missing pixels at zero, not with mirrored borders.
        return encoder.Encode(photos.Images * photos.Masks);
    }

    /// <summary>What must be equal for a checkpoint to be carried on: photos, their values, base and every setting that shapes the training.</summary>
    private string Identify(TrainingSet photos, Generator generator)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var settings = JsonSerializer.Serialize(options with { Budget = null, CheckpointInterval = TimeSpan.Zero }, NamedFloats);
        hash.AppendData(Encoding.UTF8.GetBytes($"{source.Description.Name} {perceptual.Name} {context.Precision} {settings} {string.Join('\n', photos.Names)}"));
        foreach (var request in options.Attributes)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join(' ', photos.Values[request.Name].Select(v => v.ToString("R", CultureInfo.InvariantCulture)))));
        // A base that was trained anew under its old name has other codes, and with them another mean.
        using (var average = generator.WAvg?.cpu())
            hash.AppendData(average is null ? [] : average.bytes);
        using var images = photos.Images.cpu();
        hash.AppendData(images.bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private AttributeAxes ChooseAxes(Generator generator, Tensor codes, List<AttributeLevels> levels, AttributePrior? prior)
    {
        using var scope = NewDisposeScope();
        using var components = options.Axes.Source == ComponentSource.SeFa
            ? PrincipalComponents.Along(codes, SeFa.Of(generator.Synthesis, Math.Min(generator.Config.WDim, SeFaDirections)).Directions)
            : PrincipalComponents.Of(codes);
        var axes = AttributeAxes.Choose(components, codes, levels, options.Axes, prior);
        if (options.Axes.Kind != AxisKind.Prior)
            axes.Orient(codes, levels); // the base knows which way is more, whatever forty photos say
        return axes;
    }

    private static List<AxisStatistics> Statistics(Tensor anchors, Tensor directions, List<AttributeLevels> levels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var centred = anchors - anchors.mean([0]);
        var coordinates = centred.matmul(directions.t()).to(ScalarType.Float64).cpu();
        var total = centred.square().sum().item<float>() / centred.shape[0];
        return [.. levels.Select((l, m) => AxisStatistics.Of(coordinates.select(1, m).contiguous().data<double>().ToArray(), l, total))];
    }

    private PersonalizedModel Finish(PersonalizerState state, Generator generator, TrainingSet photos, List<AttributeLevels> levels, ReconstructionMeasurement measurement)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (options.Axes.Kind != AxisKind.Prior)
            state.Axes.Orient(state.Anchors, levels);
        var anchors = state.Anchors.detach().clone();
        var directions = state.Axes.Directions.clone();
        var figures = JsonSerializer.Deserialize<StartFigures>(state.Notes, NamedFloats)!;
        using var components = PrincipalComponents.Of(anchors);
        var cosines = directions.matmul(components.Components.t()).abs();                 // [M, K]
        var coordinates = (anchors - anchors.mean([0])).matmul(directions.t()).to(ScalarType.Float64).cpu();
        var statistics = Statistics(anchors, directions, levels);
        var attributes = new List<ModelAttribute>();
        var axes = new List<AxisFigures>();
        foreach (var (level, m) in levels.Select((l, m) => (l, m)))
        {
            var along = coordinates.select(1, m).contiguous().data<double>().ToArray();
            var calibration = Calibration.Fit(along, level.Values.ToArray());
            var attribute = new ModelAttribute(level.Name, AttributeKind.Of(level.Name).Unit, level.Ordered, along.Min(), along.Max(), calibration.Coordinates, calibration.Values, photos.Labels.GetValueOrDefault(level.Name));
            attributes.Add(attribute);
            axes.Add(new AxisFigures
            {
                Attribute = level.Name,
                Component = (int)cosines[m].argmax().item<long>(),
                ComponentCosine = cosines[m].max().item<float>(),
                Levels = level.LevelValues.Count,
                SpreadBefore = figures.Axes[m].WithinLevelSpread,
                SpreadAfter = statistics[m].WithinLevelSpread,
                RankCorrelationBefore = figures.Axes[m].RankCorrelation,
                RankCorrelation = statistics[m].RankCorrelation,
                DeviationKept = statistics[m].DeviationAlong / figures.Axes[m].DeviationAlong,
                Minimum = attribute.Range.Minimum,
                Maximum = attribute.Range.Maximum,
                Unit = attribute.Unit,
            });
        }
        var report = new ModelReport
        {
            Photos = photos.Count,
            Passes = (int)Math.Ceiling(state.Step / Math.Ceiling(photos.Count / (double)options.BatchSize)),
            Seconds = state.Elapsed.TotalSeconds,
            SecondsPerPhoto = state.TrainingSeconds / Math.Max(1, state.PhotoSteps),
            PeakMemory = PeakMemory.Read(),
            Perceptual = perceptual.Name,
            Axes = options.Axes.Source == ComponentSource.SeFa ? $"{options.Axes.Kind} of SeFa" : options.Axes.Kind.ToString(),
            Start = figures.Start,
            Inverted = figures.Inverted,
            Final = measurement.Of(state.Average, anchors),
            GalleryIdentity = measurement.GalleryIdentity(),
            Attributes = axes,
        };
        var description = new ModelDescription
        {
            Format = ModelDescription.CurrentFormat,
            Created = DateTimeOffset.UtcNow,
            Base = source.Description.Name,
            Perceptual = perceptual.Name,
            Axes = options.Axes.Kind,
            Beta = options.Beta,
            Attributes = attributes,
            Photos = [.. photos.Names.Select((name, n) => new ModelPhoto(name, photos.Values.ToDictionary(v => v.Key, v => v.Value[n])))],
            Report = report,
        };
        var tensors = generator.ToTensors().ToDictionary(t => t.Key, t => t.Value);
        foreach (var (name, tensor) in state.Average.Parameters)
        {
            tensors[$"synthesis.{name}"].Dispose();
            tensors[$"synthesis.{name}"] = tensor;
        }
        var personalised = Generator.Create(generator.Config, tensors, context);
        foreach (var (name, tensor) in tensors)
            if (!state.Average.Parameters.ContainsKey(name.Replace("synthesis.", "", StringComparison.Ordinal)))
                tensor.Dispose();
        var album = Enumerable.Range(0, photos.Count).Select(n => RgbImage.FromTensor(photos.Images[n])).ToList();
        var shape = source.Description with { Name = source.Description.Name + " (personalised)", Encoder = null, Generator = source.Description.Generator with { File = BaseFolder.GeneratorFile } };
        return new PersonalizedModel(description, shape, personalised, anchors, directions, album);
    }
}

using System.Globalization;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// Everything a running personalisation changes: weights, their moving average, anchors, directions, Adam's moments and where in the
/// sequence of photos it stands. Saved whole, so that a run taken up again equals one that was never interrupted.
/// </summary>
public sealed class PersonalizerState : IDisposable
{
    private const string Format = "webstudio-run-1";

    /// <summary>State at step 0; copies what it is given.</summary>
    /// <param name="generator">Synthesis network of the base.</param>
    /// <param name="anchors">[N, w_dim].</param>
    /// <param name="axes">The directions at the start; owned from here on.</param>
    /// <param name="options">For Adam's constants.</param>
    public PersonalizerState(SynthesisNetwork generator, Tensor anchors, AttributeAxes axes, PersonalizationOptions options)
    {
        Generator = generator.Clone();
        Generator.RequireGrad(true);
        Average = generator.Clone();
        Average.RequireGrad(false);
        Anchors = anchors.detach().clone().requires_grad_(true).DetachFromDisposeScope();
        Axes = axes;
        StartDeviations = Deviations();
        GeneratorAdam = new AdamOptimizer(Generator.Parameters, 0.9, options.Beta2);
        AnchorAdam = new AdamOptimizer([new("anchors", Anchors)], 0.9, options.Beta2);
    }

    /// <summary>The network being tuned.</summary>
    public SynthesisNetwork Generator { get; }

    /// <summary>Exponential moving average of its weights: what is shown and saved.</summary>
    public SynthesisNetwork Average { get; }

    /// <summary>W: [N, w_dim], a leaf.</summary>
    public Tensor Anchors { get; }

    /// <summary>d_m, following the anchors.</summary>
    public AttributeAxes Axes { get; }

    /// <summary>Adam over the synthesis weights.</summary>
    public AdamOptimizer GeneratorAdam { get; }

    /// <summary>Adam over the anchors.</summary>
    public AdamOptimizer AnchorAdam { get; }

    /// <summary>Standard deviations of the anchors along each d_m at step 0: what the guard against collapse refers to.</summary>
    public double[] StartDeviations { get; private set; }

    /// <summary>Optimiser steps done.</summary>
    public int Step { get; set; }

    /// <summary>Passes planned; fixed once, from the budget and the measured speed.</summary>
    public int Passes { get; set; }

    /// <summary>Time spent, interruptions not counted.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Time spent in training steps alone.</summary>
    public double TrainingSeconds { get; set; }

    /// <summary>Photos seen, counted at every pass anew.</summary>
    public long PhotoSteps { get; set; }

    /// <summary>Free text that travels with the state: what was measured before the first step.</summary>
    public string Notes { get; set; } = "";

    /// <summary>Best mean L_rec of a pass so far and the pass that reached it (for stopping on a plateau).</summary>
    public (double Loss, int Pass) Best { get; set; } = (double.PositiveInfinity, 0);

    /// <summary>Sum of L_rec over the current pass so far.</summary>
    public double PassLoss { get; set; }

    /// <summary>Writes the state beside its place, then renames it over the state before.</summary>
    /// <param name="path">File to write.</param>
    /// <param name="run">What the run was started with; <see cref="Restore"/> compares it.</param>
    /// <exception cref="FileNotWrittenException">The file cannot be written.</exception>
    /// <exception cref="ArithmeticException">The training ran away since the last time: what is in the file already is worth more.</exception>
    public void Save(string path, string run)
    {
        using var noGrad = no_grad();
        using (NewDisposeScope())
            if (Tensors().FirstOrDefault(t => !t.Value.isfinite().all().item<bool>()) is { Key: { } gone })
                throw new ArithmeticException($"{gone} is no number any more at step {Step}: lower the learning rates.");
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["run"] = run,
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["passes"] = Passes.ToString(CultureInfo.InvariantCulture),
            ["elapsed"] = Elapsed.Ticks.ToString(CultureInfo.InvariantCulture),
            ["training_seconds"] = TrainingSeconds.ToString("R", CultureInfo.InvariantCulture),
            ["photo_steps"] = PhotoSteps.ToString(CultureInfo.InvariantCulture),
            ["notes"] = Notes,
            ["best"] = Best.Loss.ToString("R", CultureInfo.InvariantCulture),
            ["best_pass"] = Best.Pass.ToString(CultureInfo.InvariantCulture),
            ["pass_loss"] = PassLoss.ToString("R", CultureInfo.InvariantCulture),
            ["deviations"] = string.Join(' ', StartDeviations.Select(d => d.ToString("R", CultureInfo.InvariantCulture))),
            ["generator_steps"] = GeneratorAdam.Steps.ToString(CultureInfo.InvariantCulture),
            ["anchor_steps"] = AnchorAdam.Steps.ToString(CultureInfo.InvariantCulture),
        };
        SafetensorsFile.Write(path, Tensors(), metadata);
    }

    /// <summary>Takes up what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">What the run is started with now.</param>
    /// <exception cref="InvalidInputException">The file is damaged or belongs to a run with other photos or settings.</exception>
    public void Restore(string path, string run)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var file = SafetensorsFile.Read(path);
        string Field(string name) => file.Metadata.TryGetValue(name, out var value) ? value : throw new InvalidInputException($"{path} is not the checkpoint of a run: '{name}' is missing.");
        if (Field("format") != Format)
            throw new InvalidInputException($"{path} is a checkpoint of kind '{Field("format")}', not '{Format}'.");
        if (Field("run") != run)
            throw new InvalidInputException($"{path} belongs to a run with other photos, attributes or settings; start again without resuming, or with the settings of that run.");
        GeneratorAdam.Restore("adam.generator.", file.Tensors, int.Parse(Field("generator_steps"), CultureInfo.InvariantCulture));
        AnchorAdam.Restore("adam.", file.Tensors, int.Parse(Field("anchor_steps"), CultureInfo.InvariantCulture));
        foreach (var (name, target) in Weights())
        {
            if (!file.Tensors.TryGetValue(name, out var saved) || !saved.shape.SequenceEqual(target.shape))
                throw new InvalidInputException($"{path} does not hold '{name}' as [{string.Join(", ", target.shape)}].");
            target.copy_(saved);
        }
        Step = int.Parse(Field("step"), CultureInfo.InvariantCulture);
        Passes = int.Parse(Field("passes"), CultureInfo.InvariantCulture);
        Elapsed = new TimeSpan(long.Parse(Field("elapsed"), CultureInfo.InvariantCulture));
        TrainingSeconds = double.Parse(Field("training_seconds"), CultureInfo.InvariantCulture);
        PhotoSteps = long.Parse(Field("photo_steps"), CultureInfo.InvariantCulture);
        Notes = Field("notes");
        Best = (double.Parse(Field("best"), CultureInfo.InvariantCulture), int.Parse(Field("best_pass"), CultureInfo.InvariantCulture));
        StartDeviations = [.. Field("deviations").Split(' ').Select(d => double.Parse(d, CultureInfo.InvariantCulture))];
        PassLoss = double.Parse(Field("pass_loss"), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GeneratorAdam.Dispose();
        AnchorAdam.Dispose();
        Generator.Dispose();
        Average.Dispose();
        Anchors.Dispose();
        Axes.Dispose();
    }

    private double[] Deviations()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return Anchors.matmul(Axes.Directions.t()).std(0, unbiased: false).to(ScalarType.Float64).cpu().data<double>().ToArray();
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Tensors() =>
        Weights().Concat(GeneratorAdam.State("adam.generator.")).Concat(AnchorAdam.State("adam."));

    private IEnumerable<KeyValuePair<string, Tensor>> Weights() =>
        Generator.Parameters.Select(p => KeyValuePair.Create("generator." + p.Key, p.Value))
            .Concat(Average.Parameters.Select(p => KeyValuePair.Create("average." + p.Key, p.Value)))
            .Append(KeyValuePair.Create("anchors", Anchors))
            .Append(KeyValuePair.Create("directions", Axes.Directions));
}

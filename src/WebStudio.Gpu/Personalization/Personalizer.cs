using System.Diagnostics;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// Controllable personalisation (method section 4; MyStyle++ section 3.2): tunes all synthesis weights and moves all anchors together, so
/// that the photos are reconstructed while each attribute comes to run along its own direction. Knows nothing of who watches: progress and
/// abort are passed in. Belongs to one thread.
/// </summary>
public sealed class Personalizer(PersonalizationOptions options, TrainingSet photos, ReconstructionLoss reconstruction, AnchorLoss anchorLoss, EditResponseLoss? response = null)
{
    private const int UntimedSteps = 10, CalibrationSteps = 40;
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);

    /// <summary>Steps of one pass: every photo once, in batches of nearly equal size.</summary>
    public int StepsPerPass => (photos.Count + options.BatchSize - 1) / options.BatchSize;

    /// <summary>Trains until the planned passes, the plateau, the budget or <paramref name="abort"/> end it. May be called again on the same state.</summary>
    /// <param name="state">What is trained; after an abort it stands between two steps and can be saved.</param>
    /// <param name="status">Receives a line about once a second.</param>
    /// <param name="stepDone">Called after every step, with a state that can be saved (for checkpoints and previews).</param>
    /// <param name="abort">Ends the training after the current step.</param>
    /// <param name="finish">Ends it too, as if it were complete.</param>
    /// <returns>True when the training is complete, false when it was aborted.</returns>
    public bool Train(PersonalizerState state, Action<PersonalizationProgress>? status = null, Action<PersonalizerState>? stepDone = null, CancellationToken abort = default, CancellationToken finish = default)
    {
        var before = state.Elapsed;
        var clock = Stopwatch.StartNew();
        var sinceLine = Stopwatch.StartNew();
        var (perceptual, l2, anchor, photosSeen, stepsSeen) = (0.0, 0.0, 0.0, 0, 0);
        var byAttribute = new double[options.Attributes.Count];
        var startStep = state.Step;
        var timedFrom = TimeSpan.Zero;
        while (true)
        {
            state.Elapsed = before + clock.Elapsed;
            if (state.Passes == 0 && options.Passes is { } fixedPasses)
                state.Passes = fixedPasses;
            // The first steps take memory and tell nothing of the later ones.
            if (state.Step == startStep + UntimedSteps)
                timedFrom = clock.Elapsed;
            if (state.Passes == 0 && state.Step >= startStep + CalibrationSteps)
                state.Passes = PlanPasses(state, (clock.Elapsed - timedFrom).TotalSeconds / (state.Step - startStep - UntimedSteps));
            if (state.Passes > 0 && (state.Step >= state.Passes * StepsPerPass || Plateaued(state) || state.Elapsed >= options.Budget))
                return true;
            if (abort.IsCancellationRequested)
                return false;
            if (finish.IsCancellationRequested && state.Step > 0)
                return true;

            var batch = Batch(state.Step);
            var began = clock.Elapsed;
            var terms = TrainStep(state, batch);
            (perceptual, l2, anchor) = (perceptual + terms.Perceptual, l2 + terms.L2, anchor + terms.Anchor);
            for (var m = 0; m < terms.ByAttribute.Length; m++)
                byAttribute[m] += terms.ByAttribute[m];
            photosSeen += batch.Length;
            state.TrainingSeconds += (clock.Elapsed - began).TotalSeconds;
            state.PhotoSteps += batch.Length;
            stepsSeen++;
            state.PassLoss += terms.Reconstruction / StepsPerPass;
            state.Step++;
            if (state.Step % StepsPerPass == 0)
            {
                var pass = state.Step / StepsPerPass;
                if (state.PassLoss < state.Best.Loss * 0.995)
                    state.Best = (state.PassLoss, pass);
                state.PassLoss = 0;
            }
            state.Elapsed = before + clock.Elapsed;
            stepDone?.Invoke(state);
            if (sinceLine.Elapsed < StatusInterval)
                continue;
            var perPhoto = sinceLine.Elapsed.TotalSeconds / photosSeen;
            var remaining = state.Passes == 0 ? options.Budget - state.Elapsed : TimeSpan.FromSeconds((state.Passes * StepsPerPass - state.Step) * clock.Elapsed.TotalSeconds / Math.Max(1, state.Step - startStep));
            status?.Invoke(new(PersonalizationStage.Training, state.Step / StepsPerPass, state.Passes == 0 ? null : state.Passes, state.Elapsed, remaining,
                perceptual / stepsSeen, l2 / stepsSeen, anchor / stepsSeen, perPhoto, Environment.WorkingSet)
            {
                AnchorByAttribute = [.. byAttribute.Select(sum => sum / stepsSeen)],
            });
            (perceptual, l2, anchor, photosSeen, stepsSeen) = (0, 0, 0, 0, 0);
            Array.Clear(byAttribute);
            sinceLine.Restart();
        }
    }

    /// <summary>Indices of the photos of a step: a fresh order every pass, a function of seed and pass alone, so that no generator state needs saving.</summary>
    internal int[] Batch(int step)
    {
        var (pass, within) = Math.DivRem(step, StepsPerPass);
        var order = Enumerable.Range(0, photos.Count).ToArray();
        new Random(unchecked(options.Seed * 1_000_003 + pass)).Shuffle(order);
        var from = (int)((long)within * photos.Count / StepsPerPass);
        var to = (int)((long)(within + 1) * photos.Count / StepsPerPass);
        return order[from..to];
    }

    private readonly record struct StepTerms(double Reconstruction, double Perceptual, double L2, double[] ByAttribute)
    {
        public double Anchor => ByAttribute.Sum();
    }

    private StepTerms TrainStep(PersonalizerState state, int[] batch)
    {
        using var scope = NewDisposeScope();
        var index = tensor(batch.Select(i => (long)i).ToArray(), device: state.Anchors.device);
        var codes = state.Anchors.index_select(0, index);                                  // [B, w_dim]
        var rendered = state.Generator.Forward(codes);
        var terms = reconstruction.Of(rendered, batch);
        var pass = state.Step / StepsPerPass;
        Follow(state);
        var active = ActiveAttributes(pass, state.Passes);
        var anchors = anchorLoss.ComputeEach(state.Anchors, state.Axes.Directions.narrow(0, 0, active), index, state.StartDeviations);
        var total = terms.Total + anchors.sum();
        if (response is not null && options.ResponseEvery > 0 && state.Step % options.ResponseEvery == 0)
        {
            // Half a batch: the term steers, it need not see every photo.
            var half = Math.Max(1, batch.Length / 2);
            total = total + options.ResponseWeight * response.Of(state.Generator, codes.narrow(0, 0, half), rendered.narrow(0, 0, half), state.Step / options.ResponseEvery);
        }
        state.GeneratorAdam.ZeroGrad();
        state.AnchorAdam.ZeroGrad();
        total.backward();
        var rate = Rate(state);
        state.GeneratorAdam.Step(options.GeneratorLearningRate * rate);
        state.AnchorAdam.Step(options.AnchorLearningRate * rate);
        Average(state);
        using var read = cat([stack([terms.Total.detach(), terms.Perceptual.detach(), terms.L2.detach()]), anchors.detach()]).cpu();
        var values = read.data<float>().ToArray();
        if (!float.IsFinite(values[0]) || !values.Skip(3).All(float.IsFinite))
            throw new ArithmeticException($"The loss became {values[0]} at step {state.Step}: lower the learning rates (now {options.GeneratorLearningRate} for the generator, {options.AnchorLearningRate} for the anchors).");
        return new(values[0], values[1], values[2], [.. values.Skip(3).Select(v => (double)v)]);
    }

    private void Follow(PersonalizerState state)
    {
        if (options.Axes.Kind == AxisKind.Prior || options.Axes.Source == ComponentSource.SeFa)
            return; // what the base knows does not depend on where the anchors stand
        using var components = PrincipalComponents.Of(state.Anchors);
        state.Axes.Follow(components);
    }

    private void Average(PersonalizerState state)
    {
        using var noGrad = no_grad();
        // The average starts short, so that it does not remember the base for long.
        var decay = Math.Min(options.EmaDecay, (state.Step + 1.0) / (state.Step + 10));
        foreach (var (name, average) in state.Average.Parameters)
            average.lerp_(state.Generator.Parameters[name], 1 - decay);
    }

    /// <summary>With the curriculum attribute m joins after m × 7.5 % of the passes: 300 of the published 4000.</summary>
    private int ActiveAttributes(int pass, int passes) =>
        !options.Curriculum ? options.Attributes.Count : Math.Min(options.Attributes.Count, 1 + (int)(pass / Math.Max(1, 0.075 * passes)));

    private double Rate(PersonalizerState state)
    {
        var warmUp = Math.Min(1, (state.Step + 1.0) / Math.Max(1, options.WarmUpSteps));
        if (state.Passes == 0 || options.DecayShare <= 0)
            return warmUp;
        var done = state.Step / (double)(state.Passes * StepsPerPass);
        // A machine that became slower than it was when the passes were planned ends by the clock: the step sizes must have come down by then.
        if (options.Budget is { } budget)
            done = Math.Max(done, state.Elapsed / budget);
        return warmUp * (1 - 0.9 * Math.Clamp((done - (1 - options.DecayShare)) / options.DecayShare, 0, 1));
    }

    private bool Plateaued(PersonalizerState state) => options.Patience > 0 && state.Step / StepsPerPass - state.Best.Pass >= options.Patience;

    /// <summary>Passes that fit into what is left of the budget; the budget itself stays a hard end.</summary>
    private int PlanPasses(PersonalizerState state, double secondsPerStep)
    {
        var left = (options.Budget!.Value - state.Elapsed).TotalSeconds;
        return Math.Max(1, (int)((state.Step + left / secondsPerStep) / StepsPerPass));
    }
}

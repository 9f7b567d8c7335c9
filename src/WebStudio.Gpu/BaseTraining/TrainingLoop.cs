using System.Diagnostics;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Steps, and between them what is due by the clock: history, sheets, checkpoint.</summary>
internal static class TrainingLoop
{
    /// <summary>Trains to the end of a phase, or until it is stopped.</summary>
    /// <param name="phase">What is trained.</param>
    /// <param name="options">The intervals.</param>
    /// <param name="folder">For the history.</param>
    /// <param name="progress">Told what the history is told.</param>
    /// <param name="stop">Ends after the current step, with a checkpoint.</param>
    /// <returns>True when the phase is complete.</returns>
    /// <exception cref="InvalidInputException">The training has left the finite numbers; the checkpoint before that is kept.</exception>
    public static bool Run(ITrainingPhase phase, BaseTrainingOptions options, TrainingFolder folder, Action<BaseTrainingProgress>? progress, CancellationToken stop)
    {
        if (phase.Share >= 1)
            return true;
        var clock = Stopwatch.StartNew();
        var before = phase.Seconds;
        var (saved, measured, drawn, seen) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, phase.Seen);
        var told = false; // the first step is: somebody waits to see that it works
        while (phase.Share < 1 && !stop.IsCancellationRequested)
        {
            phase.Train();
            phase.Seconds = before + clock.Elapsed.TotalSeconds;
            if (!told || clock.Elapsed - measured >= options.MeasureInterval)
                Tell();
            if (clock.Elapsed - drawn >= options.SheetInterval)
            {
                phase.Draw();
                drawn = clock.Elapsed;
            }
            if (clock.Elapsed - saved >= options.CheckpointInterval)
            {
                Save();
                saved = clock.Elapsed;
            }
        }
        Save();
        if (phase.Share < 1)
            return false;
        if (phase.Seen > seen)
            Tell();
        phase.Draw();
        return true;

        void Save()
        {
            RequireFinite();
            phase.Save();
        }

        void RequireFinite()
        {
            if (!phase.IsFinite)
                throw new InvalidInputException("The training diverged: its loss is no finite number any more. The last checkpoint is from before that; go on from it, or begin anew with another seed or larger batches.");
        }

        void Tell()
        {
            RequireFinite();
            var line = phase.Measure((phase.Seen - seen) / Math.Max(1e-3, (clock.Elapsed - measured).TotalSeconds));
            (measured, seen, told) = (clock.Elapsed, phase.Seen, true);
            folder.Append(line);
            progress?.Invoke(line);
        }
    }
}

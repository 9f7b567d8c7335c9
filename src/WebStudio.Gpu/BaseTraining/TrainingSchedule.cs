namespace WebStudio.Gpu.BaseTraining;

/// <summary>What a training does when, from the share of it that is done.</summary>
internal sealed class TrainingSchedule(BaseTrainingOptions options)
{
    private const double LastRate = 0.02;

    /// <summary>Share done, 0 to 1.</summary>
    public double Share(int step, double seconds) => Math.Min(1, options.Steps is { } steps ? (double)step / steps : seconds / (options.Hours * 3600));

    /// <summary>Side of the pictures: doubles in equal parts of <see cref="BaseTrainingOptions.Growth"/>.</summary>
    public int Resolution(double share)
    {
        var first = Math.Min(options.FirstResolution, options.Resolution);
        var doublings = int.Log2(options.Resolution / first);
        var done = options.Growth <= 0 || share >= options.Growth ? doublings : (int)(share / options.Growth * doublings);
        return first << done;
    }

    /// <summary>The generator's learning rate.</summary>
    public double Rate(int step, double share)
    {
        var fall = share <= options.DropFrom ? 1 : LastRate + (1 - LastRate) * 0.5 * (1 + Math.Cos(Math.PI * (share - options.DropFrom) / (1 - options.DropFrom)));
        return options.LearningRate * Math.Min(1, (step + 1.0) / options.WarmUp) * fall;
    }

    /// <summary>Decay of the averages: short at first, so that the beginning is forgotten.</summary>
    public double Average(int step) => Math.Min(options.Average, (step + 1.0) / (step + 20));
}

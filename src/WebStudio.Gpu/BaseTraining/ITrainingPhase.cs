namespace WebStudio.Gpu.BaseTraining;

/// <summary>What <see cref="TrainingLoop"/> drives: one step after another, with a state that can be kept.</summary>
internal interface ITrainingPhase
{
    /// <summary>Pictures seen.</summary>
    long Seen { get; }

    /// <summary>Time worked, over all resumptions; the loop counts it.</summary>
    double Seconds { get; set; }

    /// <summary>Share done, 0 to 1.</summary>
    double Share { get; }

    /// <summary>False once the training has left the finite numbers.</summary>
    bool IsFinite { get; }

    /// <summary>One step.</summary>
    void Train();

    /// <summary>Figures since the measurement before.</summary>
    /// <param name="speed">Pictures a second.</param>
    BaseTrainingProgress Measure(double speed);

    /// <summary>Writes the sheets.</summary>
    void Draw();

    /// <summary>Writes the checkpoint.</summary>
    void Save();
}

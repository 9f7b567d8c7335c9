namespace WebStudio.Gpu.Personalization;

/// <summary>What a personalisation is doing at the moment.</summary>
public enum PersonalizationStage
{
    /// <summary>Reading, detecting, aligning, curating the photos.</summary>
    Preparing,

    /// <summary>Finding an anchor for every photo.</summary>
    Inverting,

    /// <summary>Tuning generator and anchors together.</summary>
    Training,

    /// <summary>Measuring the finished model for its report.</summary>
    Measuring,
}

/// <summary>One status line of a personalisation. Losses are means since the line before; NaN where a stage has none.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Done">Units done in this stage: photos, refinement steps, passes. Passes of a run that keeps checkpoints count once they are kept: a crash takes back none that was told.</param>
/// <param name="Total">Units of this stage; null while unknown.</param>
/// <param name="Elapsed">Time since the run began, interruptions not counted.</param>
/// <param name="Remaining">Estimate to the end of the whole run; null while unknown.</param>
/// <param name="Perceptual">Perceptual distance of the reconstructions.</param>
/// <param name="L2">Mean squared error of the reconstructions, pictures in [-1, 1].</param>
/// <param name="Anchor">L_anc with its ordering term, weighted as in the total.</param>
/// <param name="SecondsPerPhoto">Seconds of one photo in one step of this stage.</param>
/// <param name="ResidentBytes">Memory of the process.</param>
public sealed record PersonalizationProgress(
    PersonalizationStage Stage,
    int Done,
    int? Total,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    double Perceptual = double.NaN,
    double L2 = double.NaN,
    double Anchor = double.NaN,
    double SecondsPerPhoto = double.NaN,
    long ResidentBytes = 0)
{
    /// <summary>The part of every attribute in <see cref="Anchor"/>, in the user's order; empty where a stage has none.</summary>
    public IReadOnlyList<double> AnchorByAttribute { get; init; } = [];
}

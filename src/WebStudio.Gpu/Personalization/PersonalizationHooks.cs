using WebStudio.Gpu.Imaging;

namespace WebStudio.Gpu.Personalization;

/// <summary>A look at a training under way.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Coordinates">(w_n − mean)·d_m of every anchor, [N][M].</param>
/// <param name="Photos">Indices of the photos that are shown, the same throughout a run.</param>
/// <param name="Reconstructions">These photos as the averaged network shows them now.</param>
public sealed record PersonalizationSnapshot(int Step, IReadOnlyList<double[]> Coordinates, IReadOnlyList<int> Photos, IReadOnlyList<RgbImage> Reconstructions);

/// <summary>What a host wants of a run beside its result; all of it is called on the run's own thread, between two steps.</summary>
public sealed record PersonalizationHooks
{
    /// <summary>Room for other work on the device: after every optimiser step and every measured batch.</summary>
    public Action? StepDone { get; init; }

    /// <summary>Receives a snapshot at the start of training and every <see cref="SnapshotInterval"/>.</summary>
    public Action<PersonalizationSnapshot>? Snapshot { get; init; }

    /// <summary>Time between two snapshots.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Photos shown in snapshots.</summary>
    public int SnapshotPhotos { get; init; } = 6;

    /// <summary>Ends the training after the current step as if it were complete: the model is measured and returned.</summary>
    public CancellationToken Finish { get; init; }
}

namespace WebStudio.Gpu.Benchmarking;

/// <summary>What <see cref="QuickBench"/> measures and for how long.</summary>
public sealed record QuickBenchOptions
{
    /// <summary>Sides for the synthesis lines, in pixels; powers of two.</summary>
    public IReadOnlyList<int> Resolutions { get; init; } = [64, 128, 256, 1024];

    /// <summary>Side for the training step and the edit latency; 128 is the built-in base's.</summary>
    public int TrainingResolution { get; init; } = 128;

    /// <summary>Photos per training step and pictures per batched synthesis.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Rounds of each measurement, fast and plain in turns; 1 or more.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>No further round is begun once a line has taken this long, after the second.</summary>
    public TimeSpan PerLine { get; init; } = TimeSpan.FromSeconds(12);
}

using System.ComponentModel.DataAnnotations;
using WebStudio.Components.Training;

namespace WebStudio.Server.Jobs;

/// <summary>Section <c>Training</c> of the settings.</summary>
internal sealed class TrainingOptions
{
    /// <summary>Passes over the album of a quick training.</summary>
    [Range(1, 100_000)] public int QuickPasses { get; set; } = 50;

    /// <summary>Passes of a standard training.</summary>
    [Range(1, 100_000)] public int StandardPasses { get; set; } = 120;

    /// <summary>Passes of a long training.</summary>
    [Range(1, 100_000)] public int LongPasses { get; set; } = 300;

    /// <summary>Seconds between two checkpoints: what a crash loses at most.</summary>
    [Range(1, 3600)] public int CheckpointSeconds { get; set; } = 10;

    /// <summary>New portraits that a comparison with the peers measures for each attribute.</summary>
    [Range(5, 10_000)] public int StudySamples { get; set; } = 200;

    /// <summary>Photos of the album that every method changes in a comparison.</summary>
    [Range(2, 200)] public int StudyPhotos { get; set; } = 20;

    public int Passes(TrainingQuality quality) => quality switch
    {
        TrainingQuality.Quick => QuickPasses,
        TrainingQuality.Long => LongPasses,
        _ => StandardPasses,
    };
}

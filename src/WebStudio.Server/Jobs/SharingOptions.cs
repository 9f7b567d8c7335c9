using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Jobs;

/// <summary>Section <c>Sharing</c> of the settings: how much of the device one user gets.</summary>
internal sealed class SharingOptions
{
    /// <summary>Trainings and comparisons that one user may have waiting, running and paused.</summary>
    [Range(1, 10_000)] public int MostOpenJobs { get; set; } = 20;

    /// <summary>Minutes of the device that one user gets within 24 hours; 0 for no limit. What goes beyond waits.</summary>
    [Range(0, 1440)] public int DeviceMinutesPerDay { get; set; }
}

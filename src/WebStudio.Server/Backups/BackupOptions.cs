using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Backups;

/// <summary>Section <c>Backup</c> of the settings.</summary>
internal sealed class BackupOptions
{
    /// <summary>Folder that back-ups are made in, outside the data folder and best on another disk; empty makes none.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Hours from one back-up to the next.</summary>
    [Range(1, 1000)] public int EveryHours { get; set; } = 24;

    /// <summary>The newest so many are kept.</summary>
    [Range(1, 10_000)] public int Keep { get; set; } = 7;
}

using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Editing;

/// <summary>Section <c>Editing</c> of the settings.</summary>
internal sealed class EditingOptions
{
    /// <summary>Memory for open models, in megabytes; the least recently used goes first.</summary>
    [Range(100, 1_000_000)] public int CacheMegabytes { get; set; } = 1500;

    /// <summary>Side of pictures while a slider moves, in pixels.</summary>
    [Range(32, 1024)] public int PreviewSize { get; set; } = 128;

    /// <summary>Minutes after which a session that nobody moves gives its model back.</summary>
    [Range(1, 1440)] public int IdleMinutes { get; set; } = 30;

    /// <summary>Sliders without a name.</summary>
    [Range(0, 32)] public int FreeComponents { get; set; } = 8;
}

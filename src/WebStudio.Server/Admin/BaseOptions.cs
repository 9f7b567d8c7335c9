using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Admin;

/// <summary>Section <c>Bases</c> of the settings.</summary>
internal sealed class BaseOptions
{
    /// <summary>Largest file that is taken, in bytes. NVIDIA's 1024 px network has 0.4 GB.</summary>
    [Range(1L, 1L << 50)] public long MaxFileBytes { get; set; } = 4L << 30;
}

using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Deletions;

/// <summary>Section <c>Bin</c> of the settings.</summary>
internal sealed class BinOptions
{
    /// <summary>Days that deleted albums, models, versions and accounts can be put back; 0 erases at once.</summary>
    [Range(0, 3650)] public int Days { get; set; } = 30;
}

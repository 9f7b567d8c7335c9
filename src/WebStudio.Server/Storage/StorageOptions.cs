using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Storage;

/// <summary>Section <c>Storage</c> of the settings.</summary>
internal sealed class StorageOptions
{
    /// <summary>Folder for the database and everything uploaded or made; relative to the folder the program is started in.</summary>
    [Required] public string Root { get; set; } = "data";

    /// <summary>Megabytes (10⁶ bytes) that one user's originals, derivatives, checkpoints, versions and results may take, the bin included; 0 for no limit.</summary>
    [Range(0, int.MaxValue)] public int UserMegabytes { get; set; }

    /// <summary>Megabytes of the disk that are kept free: below, uploads and trainings are refused.</summary>
    [Range(0, int.MaxValue)] public int FreeMegabytes { get; set; } = 500;
}

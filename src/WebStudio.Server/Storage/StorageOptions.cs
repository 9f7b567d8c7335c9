using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Storage;

/// <summary>Section <c>Storage</c> of the settings.</summary>
internal sealed class StorageOptions
{
    /// <summary>Folder for the database and everything uploaded or made; relative to the folder the program is started in.</summary>
    [Required] public string Root { get; set; } = "data";
}

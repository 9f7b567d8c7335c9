using WebStudio.Server.Storage;

namespace WebStudio.Server.Models;

/// <summary>Folders of models and versions.</summary>
internal sealed class ModelFiles(DataFolders folders)
{
    public string Version(ModelVersion version) => folders.Version(version.OwnerId, version.ModelId, version.Id);

    /// <summary>The study of a version; not there before it was made.</summary>
    public string Study(ModelVersion version) => Path.Combine(Version(version), "study.json");

    public void Delete(Model model)
    {
        var folder = folders.Model(model.OwnerId, model.Id);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

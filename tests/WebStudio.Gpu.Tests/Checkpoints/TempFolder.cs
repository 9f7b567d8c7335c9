namespace WebStudio.Gpu.Tests.Checkpoints;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("webstudio-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    public string Root => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);
}

using WebStudio.Gpu.Applications.Samples;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Browser.Tests.Support;

/// <summary>Photos of one person for uploading: real ones where shared/ lies beside the checkout, else those of the sample person.</summary>
internal static class UploadPhotos
{
    /// <summary>Paths of JPEG files; drawn ones are written into the folder.</summary>
    public static IReadOnlyList<string> Get(string folder, int count)
    {
        if (SharedAlbum() is { } album)
            return [.. Directory.EnumerateFiles(album, "*.jpg").Order(StringComparer.Ordinal).Take(count)];
        TorchNative.EnsureLoaded();
        using var sample = SampleAlbum.Open(BaseFolder.Open(BaseFolder.BuiltIn), ComputeContext.Cpu);
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            var path = Path.Combine(folder, $"{n:00}.jpg");
            File.WriteAllBytes(path, ImageEncoder.Encode(sample.Photo(n), ImageFormat.Jpeg));
            return path;
        })];
    }

    private static string? SharedAlbum()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "albums", "serena") is var album && Directory.Exists(album))
                return album;
        return null;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using SkiaSharp;

namespace WebStudio.Server.Tests.Kills;

/// <summary>Lays rows and files side by side.</summary>
/// <param name="data">The data folder.</param>
internal sealed class FolderCheck(string data)
{
    private readonly HashSet<(string Path, long Length, DateTime Written)> _whole = [];

    /// <summary>Rows whose file is missing or not the one they speak of, and files under their own name that are not whole. The server must be at rest.</summary>
    public IEnumerable<string> FaultsOf(Rows rows)
    {
        foreach (var photo in rows.Photos)
        {
            var path = Photo(photo, "photo");
            if (!File.Exists(path))
            {
                yield return $"photo {photo.Id} has a row and no file";
                continue;
            }
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length != photo.Bytes || Convert.ToHexStringLower(SHA256.HashData(bytes)) != photo.Sha256)
                yield return $"photo {photo.Id}: the file has {bytes.Length} bytes, the row speaks of {photo.Bytes} and another hash";
            using var data = SKData.CreateCopy(bytes);
            using var codec = SKCodec.Create(data);
            if ((codec?.Info.Width, codec?.Info.Height) != (photo.Width, photo.Height))
                yield return $"photo {photo.Id} has another size than its row";
            if (!File.Exists(Photo(photo, "thumb.webp")))
                yield return $"photo {photo.Id} has no thumbnail";
            if (photo.IsAnalysed && !File.Exists(Photo(photo, "analysis.json")))
                yield return $"photo {photo.Id} counts as analysed and has no analysis";
        }
        foreach (var version in rows.Versions)
        {
            var folder = Path.Combine(User(version.Owner), "models", Name(version.Model), Name(version.Id));
            var network = Path.Combine(folder, "generator.safetensors");
            if (!File.Exists(network))
                yield return $"version {version.Id} has a row and no network";
            else if (Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(network))) != version.Sha256 || Files(folder).Sum(f => new FileInfo(f).Length) != version.Bytes)
                yield return $"version {version.Id} is not the one its row speaks of";
        }
        foreach (var file in Files(Path.Combine(data, "users")).Where(f => !IsPartial(f)))
            if (_whole.Add((file, new FileInfo(file).Length, File.GetLastWriteTimeUtc(file))) && WholeFile.Fault(file) is { } fault)
                yield return $"{Path.GetRelativePath(data, file)}: {fault}";
    }

    /// <summary>Files older than a moment that are half, or that no row knows.</summary>
    public IEnumerable<string> StrayBefore(DateTime moment, Rows rows)
    {
        HashSet<string> known = [.. rows.Albums.Select(a => Name(a.Id)), .. rows.Photos.Select(p => Name(p.Id)), .. rows.Models.Select(m => Name(m.Id)), .. rows.Versions.Select(v => Name(v.Id)), .. rows.Jobs.Select(j => Name(j.Id))];
        foreach (var file in Files(data).Where(f => File.GetLastWriteTimeUtc(f) < moment))
        {
            var path = Path.GetRelativePath(data, file).Split(Path.DirectorySeparatorChar);
            var belongs = path switch
            {
                ["users", _, "albums", var album, "photos", var photo] => known.Contains(album) && known.Contains(photo.Split('.')[0]),
                ["users", _, "models", var model, var version, ..] => known.Contains(model) && known.Contains(version),
                ["users", _, "jobs", var job, ..] => known.Contains(job),
                ["users", ..] => false,
                _ => true,
            };
            if (!belongs || IsPartial(file))
                yield return Path.GetRelativePath(data, file);
        }
    }

    /// <summary>A job's checkpoint; null where there is none.</summary>
    public string? Checkpoint(JobRow job) => Path.Combine(User(job.Owner), "jobs", Name(job.Id), "run.checkpoint") is var path && File.Exists(path) ? path : null;

    /// <summary>Steps in a job's checkpoint, which is there.</summary>
    public int Step(JobRow job) => WholeFile.Step(Checkpoint(job)!);

    private string User(string owner) => Path.Combine(data, "users", owner);

    private string Photo(PhotoRow photo, string ending) => Path.Combine(User(photo.Owner), "albums", Name(photo.Album), "photos", $"{Name(photo.Id)}.{ending}");

    private static string Name(Guid id) => id.ToString("N", CultureInfo.InvariantCulture);

    private static bool IsPartial(string path) => path.Split(Path.DirectorySeparatorChar).Any(p => p.EndsWith(".partial", StringComparison.Ordinal));

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];
}

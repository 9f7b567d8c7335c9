using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Albums;
using WebStudio.Server.Editing;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Creations;

/// <summary>Folders of creations.</summary>
internal sealed class CreationFiles(DataFolders folders, PictureDecoding decoding, IOptions<AlbumOptions> options)
{
    public const long MostBytes = 60_000_000;
    private const int MostName = 120;

    public string Folder(Creation creation) => folders.Creation(creation.OwnerId, creation.Id);

    /// <summary>Takes a picture in: decoded, stripped of everything that tells where and when, kept as upload-0.jpg, upload-1.png …</summary>
    /// <exception cref="InvalidInputException">It is too large, or no picture.</exception>
    public async Task<KeptUpload> KeepAsync(Creation creation, int index, CreationUpload upload, CancellationToken cancel = default)
    {
        var name = Path.GetFileName(upload.FileName.Replace('\\', '/'));
        name = name.Length > MostName ? name[^MostName..] : name;
        using var bytes = new MemoryStream();
        var buffer = new byte[81920];
        for (int count; (count = await upload.Content.ReadAsync(buffer, cancel)) > 0;)
        {
            if (bytes.Length + count > MostBytes)
                throw new InvalidInputException($"{name} is larger than {MostBytes / 1_000_000} MB, the most that is accepted for one picture.");
            bytes.Write(buffer, 0, count);
        }
        var photo = await decoding.RunAsync(() => PhotoIntake.Of(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), name, options.Value.Intake with { MaxBytes = MostBytes }), cancel);
        var file = $"upload-{index}.{(photo.Format == ImageFormat.Jpeg ? "jpg" : photo.Format.ToString().ToLowerInvariant())}";
        AtomicFile.Write(Path.Combine(Folder(creation), file), stream => stream.Write(photo.Content));
        return new(file, name, photo.Image.Width, photo.Image.Height, Convert.ToHexStringLower(SHA256.HashData(photo.Content)));
    }

    public long Size(Creation creation) => Directory.Exists(Folder(creation)) ? new DirectoryInfo(Folder(creation)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) : 0;

    public void Delete(Creation creation) => Delete(Folder(creation));

    /// <summary>Also the pictures of edits that started from it.</summary>
    public void Delete(Creation creation, IReadOnlyList<SavedEdit> edits)
    {
        Delete(creation);
        foreach (var edit in edits)
            Delete(folders.Edit(edit.OwnerId, edit.Id));
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

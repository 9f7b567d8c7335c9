using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Benchmarks.EditorLatency;
using WebStudio.Benchmarks.Support;
using WebStudio.Components.Albums;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Benchmarks.Load;

/// <summary>Who edits which version, who uploads into which albums, and the photos they have.</summary>
internal sealed record LoadSeed(LatencySeed Trainer, IReadOnlyList<(string Name, Guid Version)> Editors, IReadOnlyList<(string Name, IReadOnlyList<Guid> Albums)> Uploaders, Photos Photos)
{
    private const int Albums = 40;

    public static async Task<LoadSeed> MakeAsync(string data, int editors, int uploaders)
    {
        var trainer = await LatencySeed.MakeAsync(data, SmallModel.Write);
        await using var studio = await EditingStudio.StartAsync(data);
        var editing = new List<(string, Guid)>();
        for (var n = 0; n < editors; n++)
        {
            var member = await studio.JoinAsync($"editor{n}");
            editing.Add(($"editor{n}", (await studio.AddModelAsync(member.Viewer, folder => Copy(trainer.Model.Folder, folder))).VersionId));
        }
        var uploading = new List<(string, IReadOnlyList<Guid>)>();
        for (var n = 0; n < uploaders; n++)
        {
            var member = await studio.JoinAsync($"uploader{n}");
            var albums = new List<Guid>();
            for (var a = 0; a < Albums; a++)
                albums.Add(await studio.App.Services.GetRequiredService<IAlbums>().CreateAsync(member.Viewer, new($"Album {a}", "Lea", null)));
            uploading.Add(($"uploader{n}", albums));
        }
        return new(trainer, editing, uploading, new(await OriginalsAsync(studio, trainer.Album)));
    }

    /// <summary>JPEGs of the sample album.</summary>
    private static async Task<IReadOnlyList<byte[]>> OriginalsAsync(EditingStudio studio, Guid album)
    {
        await using var db = await studio.App.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        var folders = studio.App.Services.GetRequiredService<DataFolders>();
        var photos = await db.Photos.AsNoTracking().Where(p => p.AlbumId == album && p.ContentType == "image/jpeg").Select(p => new { p.Id, p.Album!.OwnerId }).ToListAsync();
        return photos.Count > 0 ? [.. photos.Select(p => File.ReadAllBytes(PhotoPlace.Of(folders, p.OwnerId, album, p.Id).Photo))] : throw new InvalidOperationException("The sample album holds no JPEG.");
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}

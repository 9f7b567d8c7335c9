using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Accounts;
using WebStudio.Server.Albums;
using WebStudio.Server.Backups;
using WebStudio.Server.Data;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Backups;

/// <summary>A data folder with one album, one photo and one model without versions, and nothing running on it.</summary>
internal sealed class QuietStudio : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private QuietStudio()
    {
        Data = Path.Combine(_folder.Path, "data");
        _app = StudioHost.Build([$"--Storage:Root={Data}", "--urls=http://127.0.0.1:0"]);
    }

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>Where its back-ups go.</summary>
    public BackupShelf Shelf => new(Path.Combine(_folder.Path, "backups"));

    /// <summary>The photo's original.</summary>
    public string Original { get; private set; } = "";

    public Model Model { get; private set; } = null!;

    /// <summary>Something beside the data folder.</summary>
    public string this[string name] => Path.Combine(_folder.Path, name);

    public static async Task<QuietStudio> CreateAsync()
    {
        var studio = new QuietStudio();
        await studio._app.MigrateAsync();
        await using var db = await studio.DatabaseAsync();
        var place = new Studio { Name = "S" };
        var ada = new StudioUser { UserName = "ada", StudioId = place.Id };
        var album = new Album { OwnerId = ada.Id, StudioId = place.Id, Name = "Summer", Person = "Lea", CreatedAt = DateTimeOffset.UtcNow };
        var photo = new Photo { AlbumId = album.Id, FileName = "a.jpg", UploadSha256 = new('a', 64), Sha256 = new('b', 64), ContentType = "image/jpeg" };
        studio.Model = new() { OwnerId = ada.Id, StudioId = place.Id, AlbumId = album.Id, Name = "Lea", CreatedAt = DateTimeOffset.UtcNow };
        db.AddRange(place, ada, album, photo, studio.Model);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        var files = PhotoPlace.Of(studio.Folders, ada.Id, album.Id, photo.Id);
        studio.Original = studio.Write(files.Photo, "original");
        studio.Write(files.Thumb, "thumb");
        return studio;
    }

    public DataFolders Folders => _app.Services.GetRequiredService<DataFolders>();

    public Task<StudioDb> DatabaseAsync() => _app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();

    public BackupReport BackUp(bool full = false, int? keep = null, Action<int>? taken = null) =>
        _app.Services.GetRequiredService<BackupMaker>().Make(Shelf, full, keep, taken is null ? null : new Server.Verbs.DirectProgress<int>(taken), TestContext.Current.CancellationToken);

    /// <summary>A version as training makes it: its folder first, then its row.</summary>
    /// <param name="files">Beside the generator.</param>
    public Guid AddVersion(params string[] files)
    {
        using var db = _app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContext();
        var version = new ModelVersion { OwnerId = Model.OwnerId, StudioId = Model.StudioId, ModelId = Model.Id, Number = 1 + db.Versions.Count(), Name = "V", Sha256 = "", Report = "{}", Attributes = "yaw" };
        foreach (var file in (string[])[BaseFolder.GeneratorFile, .. files])
            Write(Path.Combine(FolderOf(version.Id), file), file);
        db.Add(version);
        db.SaveChanges();
        return version.Id;
    }

    /// <summary>Erases a version as the program does: its row first, then its folder.</summary>
    public void EraseVersion(Guid id)
    {
        using var db = _app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContext();
        db.Versions.Where(v => v.Id == id).ExecuteDelete();
        Directory.Delete(FolderOf(id), recursive: true);
    }

    public string FolderOf(Guid version) => Folders.Version(Model.OwnerId, Model.Id, version);

    public string Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Where a file of the data folder lies in a back-up.</summary>
    public string In(string backup, string file) => Path.Combine(backup, "data", Path.GetRelativePath(Data, file));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}

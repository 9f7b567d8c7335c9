using System.Net;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Models;
using WebStudio.Components.Reviews;
using WebStudio.Components.Storage;
using WebStudio.Server.Albums;
using WebStudio.Server.Audit;
using WebStudio.Server.Deletions;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Deletions;

/// <summary>What is deleted goes to the bin, comes back whole, or is erased so that not even the database's file holds it.</summary>
public sealed class BinTests : IAsyncLifetime
{
    private const string Person = "Xanthippe Quillfeather";
    private readonly StudioServer _server = new();
    private Viewer _ada = default!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IBin Bin => _server.Services.GetRequiredService<IBin>();

    private DataFolders Folders => _server.Services.GetRequiredService<DataFolders>();

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _ada = await _server.JoinAsync("Ada");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_deleted_album_is_nowhere_but_in_the_bin_and_comes_back_with_everything()
    {
        var (album, photo, model, version) = await MadeAsync();
        using var visitor = await _server.SignInAsync("Ada");
        var address = $"/files/albums/{album}/photos/{photo}/full";
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(address)).Status);

        await DeleteAsync(album);
        Assert.Null(await Get<IAlbums>().FindAsync(_ada, album));
        Assert.Empty(await Get<IAlbums>().ListAsync(_ada));
        Assert.Null(await Get<IModels>().FindAsync(_ada, model));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(address)).Status);
        var entry = Assert.Single(await Bin.ListAsync(_ada));
        Assert.Equal(("album", "Summer"), (entry.Kind, entry.Name));
        Assert.Equal(TimeSpan.FromDays(30), entry.EraseAt - entry.DeletedAt);
        Assert.Equal(14, entry.Bytes); // what lies in the two folders below

        Assert.Null(await Bin.RestoreAsync(_ada, entry.Id));
        Assert.Equal(Person, (await Get<IAlbums>().FindAsync(_ada, album))!.Person);
        Assert.Equal(version, Assert.Single((await Get<IModels>().FindAsync(_ada, model))!.Versions).Id);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(address)).Status);
        Assert.Empty(await Bin.ListAsync(_ada));
    }

    [Fact]
    public async Task What_is_erased_is_gone_from_rows_folders_and_the_bytes_of_the_database()
    {
        var (album, _, model, version) = await MadeAsync();
        await _server.JoinAsync("Sue", StudioRoles.Supervisor);
        Assert.Null(await Get<IReviews>().SendAsync(_ada, version, ""));
        await using (var told = await _server.DatabaseAsync())
        {
            told.Notices.Add(new() { UserId = _ada.UserId, Text = "Another Xanthippe, Version 1, waits for a review.", Href = $"/reviews/{Guid.NewGuid()}" });
            await told.SaveChangesAsync(Cancel);
            Assert.Equal(2, await told.Notices.CountAsync(Cancel));
        }
        Assert.True(await DatabaseHoldsAsync(Person));
        await DeleteAsync(album);
        await Bin.EraseAsync(_ada, Assert.Single(await Bin.ListAsync(_ada)).Id);

        await using var db = await _server.DatabaseAsync();
        Assert.False(await db.Albums.IgnoreQueryFilters().AnyAsync(Cancel) || await db.Photos.IgnoreQueryFilters().AnyAsync(Cancel) || await db.Models.IgnoreQueryFilters().AnyAsync(Cancel) || await db.Versions.IgnoreQueryFilters().AnyAsync(Cancel));
        Assert.False(Directory.Exists(Folders.Album(_ada.UserId, album)) || Directory.Exists(Folders.Model(_ada.UserId, model)));
        Assert.StartsWith("Another", (await db.Notices.SingleAsync(Cancel)).Text); // of somebody else's model
        Assert.False(await DatabaseHoldsAsync(Person));

        // What is left says that something was erased, when and how much, and not what it was.
        var record = await db.Deletions.AsNoTracking().SingleAsync(Cancel);
        Assert.Equal((DeletionState.Erased, "", 3, 14L), (record.State, record.Name, record.Files, record.Bytes));
        Assert.Equal(album, (await db.AuditEntries.SingleAsync(e => e.Action == AuditActions.Erased, Cancel)).SubjectId);
    }

    [Fact]
    public async Task What_was_deleted_before_stays_in_the_bin_when_the_rest_comes_back()
    {
        var (album, _, model, first) = await MadeAsync();
        var second = await AddVersionAsync(model, 2);
        Assert.Contains("the version the editor opens", await Get<IModels>().DeleteVersionAsync(_ada, first));
        Assert.Null(await Get<IModels>().DeleteVersionAsync(_ada, second));
        await DeleteAsync(album);
        var entries = (await Bin.ListAsync(_ada)).ToDictionary(e => e.Kind, e => e.Id);
        Assert.Contains("Its model is in the bin too", await Bin.RestoreAsync(_ada, entries["version"]));
        Assert.Null(await Bin.RestoreAsync(_ada, entries["album"]));
        Assert.Equal(first, Assert.Single((await Get<IModels>().FindAsync(_ada, model))!.Versions).Id);
        Assert.Null(await Bin.RestoreAsync(_ada, entries["version"]));
        Assert.Equal(2, (await Get<IModels>().FindAsync(_ada, model))!.Versions.Count);
    }

    [Fact]
    public async Task Nobody_else_deletes_restores_or_erases()
    {
        var (album, _, model, _) = await MadeAsync();
        var sue = await _server.JoinAsync("Sue", StudioRoles.Supervisor);
        await Assert.ThrowsAsync<Gpu.InvalidInputException>(() => Get<IAlbums>().DeleteAsync(sue, album));
        Assert.NotNull(await Get<IModels>().DeleteAsync(sue, model));
        await DeleteAsync(album);
        var entry = Assert.Single(await Bin.ListAsync(_ada)).Id;
        Assert.Empty(await Bin.ListAsync(sue));
        Assert.NotNull(await Bin.RestoreAsync(sue, entry));
        await Bin.EraseAsync(sue, entry);
        Assert.Single(await Bin.ListAsync(_ada));
        Assert.NotNull(await Bin.DeleteAccountAsync(sue, _ada.UserId));
    }

    [Fact]
    public async Task A_deleted_account_ends_its_sessions_frees_its_address_and_is_erased_whole()
    {
        await MadeAsync();
        var root = await _server.JoinAsync("Root", StudioRoles.Admin);
        using var visitor = await _server.SignInAsync("Ada");
        Assert.Contains("only admin", await Bin.DeleteAccountAsync(root, root.UserId));
        Get<IOptions<SecurityStampValidatorOptions>>().Value.ValidationInterval = TimeSpan.Zero; // a minute otherwise
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/bin")).Status);
        Assert.Null(await Bin.DeleteAccountAsync(root, _ada.UserId));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/bin")).Status);
        Assert.NotEqual("/", (await _server.Visit().SignInAsync(StudioServer.EmailOf("Ada"), StudioServer.Password)).Location);

        var entry = Assert.Single(await Bin.ListAsync(root));
        Assert.Equal(("account", "Ada"), (entry.Kind, entry.Name));
        Assert.Null(await Bin.RestoreAsync(root, entry.Id));
        using (await _server.SignInAsync("Ada"))
            Assert.Single(await Get<IAlbums>().ListAsync(_ada));

        Assert.Null(await Bin.DeleteAccountAsync(_ada, _ada.UserId)); // one's own
        var another = await _server.JoinAsync("Ada"); // the same address
        entry = Assert.Single(await Bin.ListAsync(root));
        Assert.Contains("Somebody else has an account with the address", await Bin.RestoreAsync(root, entry.Id));
        await Bin.EraseAsync(root, entry.Id);
        Assert.False(Directory.Exists(Folders.User(_ada.UserId)));
        await using var db = await _server.DatabaseAsync();
        Assert.False(await db.Users.IgnoreQueryFilters().AnyAsync(u => u.Id == _ada.UserId, Cancel));
        Assert.True(await db.Users.AnyAsync(u => u.Id == another.UserId, Cancel));
    }

    [Fact]
    public async Task After_its_days_in_the_bin_and_after_an_end_in_the_middle_it_is_erased_by_itself()
    {
        var (album, _, _, _) = await MadeAsync();
        await DeleteAsync(album);
        var sweeper = ActivatorUtilities.CreateInstance<BinSweeper>(_server.Services);
        await sweeper.SweepAsync(Cancel);
        Assert.Single(await Bin.ListAsync(_ada));
        await using var db = await _server.DatabaseAsync();
        await db.Deletions.ExecuteUpdateAsync(set => set.SetProperty(d => d.EraseAt, DateTimeOffset.UtcNow.AddMinutes(-1)), Cancel);
        await sweeper.SweepAsync(Cancel);
        Assert.False(Directory.Exists(Folders.Album(_ada.UserId, album)));

        // The server ended after the rows were erased and before it was noted.
        await db.Deletions.ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeletionState.Erasing), Cancel);
        await sweeper.SweepAsync(Cancel);
        Assert.Equal(DeletionState.Erased, (await db.Deletions.AsNoTracking().SingleAsync(Cancel)).State);
    }

    [Fact]
    public async Task At_the_start_what_belongs_to_no_row_goes_and_what_is_missing_is_told()
    {
        var (album, photo, model, _) = await MadeAsync();
        var photos = Path.Combine(Folders.Album(_ada.UserId, album), "photos");
        string[] orphans =
        [
            Path.Combine(photos, $".{Guid.NewGuid():N}.partial"),
            Path.Combine(photos, $"{Guid.NewGuid():N}.photo"),
            Path.Combine(Folders.Album(_ada.UserId, Guid.NewGuid()), "photos", "a.photo"),
            Path.Combine(Folders.Version(_ada.UserId, model, Guid.NewGuid()), "generator.safetensors"),
            Path.Combine(Folders.Edit(_ada.UserId, Guid.NewGuid()), "picture.webp"),
        ];
        foreach (var file in orphans)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "left", Cancel);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-5));
        }
        var fresh = Path.Combine(photos, $".{Guid.NewGuid():N}.partial"); // an upload that is under way
        await File.WriteAllTextAsync(fresh, "comes", Cancel);

        var sweep = Get<OrphanSweep>();
        var report = await sweep.SweepAsync(Cancel);
        Assert.Equal((orphans.Length, 4L * orphans.Length), (report.Files, report.Bytes));
        Assert.All(orphans, file => Assert.False(File.Exists(file)));
        Assert.True(File.Exists(fresh));
        Assert.Empty(report.Missing);

        var original = Path.Combine(photos, $"{photo:N}.photo");
        File.Delete(original);
        Assert.Equal(Path.GetRelativePath(Folders.Root, original), Assert.Single((await sweep.SweepAsync(Cancel)).Missing));
    }

    private T Get<T>() where T : notnull => _server.Services.GetRequiredService<T>();

    private Task DeleteAsync(Guid album) => Get<IAlbums>().DeleteAsync(_ada, album);

    /// <summary>An album with a photo, and a model with a version, as rows and files; curation finds nothing to do.</summary>
    private async Task<(Guid Album, Guid Photo, Guid Model, Guid Version)> MadeAsync()
    {
        await using var db = await _server.DatabaseAsync();
        var album = new Album { OwnerId = _ada.UserId, StudioId = _ada.StudioId, Name = "Summer", Person = Person, CreatedAt = DateTimeOffset.UtcNow };
        var photo = new Photo { AlbumId = album.Id, FileName = "a.jpg", UploadSha256 = new('a', 64), Sha256 = new('b', 64), ContentType = "image/jpeg", IsAnalysed = true };
        var model = new Model { OwnerId = _ada.UserId, StudioId = _ada.StudioId, AlbumId = album.Id, Name = Person, CreatedAt = DateTimeOffset.UtcNow };
        db.AddRange(album, photo, model);
        await db.SaveChangesAsync(Cancel);
        var place = PhotoPlace.Of(Folders, _ada.UserId, album.Id, photo.Id).Photo;
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        await File.WriteAllTextAsync(place, "photo", Cancel);
        await File.WriteAllTextAsync(PhotoPlace.Of(Folders, _ada.UserId, album.Id, photo.Id).Thumb, "thumb", Cancel);
        var version = await AddVersionAsync(model.Id, 1);
        await db.Models.ExecuteUpdateAsync(set => set.SetProperty(m => m.CurrentVersionId, version), Cancel);
        return (album.Id, photo.Id, model.Id, version);
    }

    private async Task<Guid> AddVersionAsync(Guid model, int number)
    {
        await using var db = await _server.DatabaseAsync();
        var version = new ModelVersion { OwnerId = _ada.UserId, StudioId = _ada.StudioId, ModelId = model, Number = number, Name = $"Version {number}", Sha256 = "", Report = ReportJson.Write(SmallModel.Report), Attributes = "yaw" };
        db.Add(version);
        await db.SaveChangesAsync(Cancel);
        var folder = Folders.Version(_ada.UserId, model, version.Id);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, Gpu.Checkpoints.BaseFolder.GeneratorFile), "tens", Cancel);
        return version.Id;
    }

    /// <summary>Whether a text stands anywhere in the database's files, whatever SQLite says of it.</summary>
    private async Task<bool> DatabaseHoldsAsync(string text)
    {
        SqliteConnection.ClearAllPools();
        var wanted = Encoding.UTF8.GetBytes(text);
        foreach (var file in Directory.EnumerateFiles(Folders.Root, "webstudio.db*").Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory, Cancel);
            if (memory.GetBuffer().AsSpan(0, (int)memory.Length).IndexOf(wanted) >= 0)
                return true;
        }
        return false;
    }
}

using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Storage;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Backups;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Backups;

/// <summary>What an admin's check of the files mends while the server is used.</summary>
public sealed class FileCheckTests : IAsyncLifetime
{
    private readonly TemporaryFolder _backups = new();
    private StudioServer _server = null!;
    private Viewer _root = null!, _ada = null!;
    private string _photos = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IFileCheck Files => _server.Services.GetRequiredService<IFileCheck>();

    private string Data => _server.Services.GetRequiredService<DataFolders>().Root;

    public async ValueTask InitializeAsync()
    {
        _server = await StudioServer.StartAsync($"--Backup:Folder={_backups.Path}");
        (_root, _ada) = (await _server.JoinAsync("Root", StudioRoles.Admin), await _server.JoinAsync("Ada"));
        var album = await _server.Services.GetRequiredService<IAlbums>().CreateAsync(_ada, new("Summer", "Eve", null));
        using var visitor = await _server.SignInAsync("Ada");
        foreach (var seed in (int[])[1, 2, 3])
        {
            var pixels = new byte[400 * 300 * 3];
            new Random(seed).NextBytes(pixels);
            using var sent = await visitor.Http.PostAsync($"/api/albums/{album}/photos?name={seed}.png", new ByteArrayContent(ImageEncoder.Encode(new RgbImage(400, 300, pixels), ImageFormat.Png)), Cancel);
            sent.EnsureSuccessStatusCode();
        }
        _photos = Path.Combine(_server.Services.GetRequiredService<DataFolders>().Album(_ada.UserId, album), "photos");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _backups.Dispose();
    }

    [Fact]
    public async Task What_is_missing_comes_back_whole_from_the_newest_backup_that_has_it_whole()
    {
        await _server.Services.GetRequiredService<BackupService>().MakeAsync(Cancel);
        var (first, second, third) = (Originals()[0], Originals()[1], Originals()[2]);
        var hash = Hash(first);
        File.Delete(first);
        File.Delete(second);
        File.Delete(Path.ChangeExtension(third, "thumb.webp"));
        // Of the second one the back-up has only rubbish: it is not taken for the photo.
        await File.WriteAllBytesAsync(InBackup(second), [1, 2, 3], Cancel);
        File.Delete(InBackup(Path.ChangeExtension(third, "thumb.webp")));

        var report = (await Files.CheckAsync(_root))!;
        Assert.Equal([Path.GetRelativePath(Data, first)], report.Fetched);
        Assert.Equal([Path.GetRelativePath(Data, second)], report.Missing);
        Assert.Equal(1, report.Remade);
        Assert.Equal(hash, Hash(first));
        using var thumb = SkiaSharp.SKBitmap.Decode(Path.ChangeExtension(third, "thumb.webp"));
        Assert.Equal((400, 300), (thumb.Width, thumb.Height));
        Assert.Empty((await Files.CheckAsync(_root))!.Fetched);
    }

    [Fact]
    public async Task What_belongs_to_nothing_goes_after_an_hour_and_what_is_being_written_stays()
    {
        var half = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_photos)!, ".peers.partial")).FullName;
        string[] old = [Path.Combine(_photos, $"{Guid.NewGuid():N}.photo"), Path.Combine(half, "generator.safetensors")];
        foreach (var file in old)
        {
            await File.WriteAllBytesAsync(file, new byte[10], Cancel);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-70));
        }
        var fresh = Path.Combine(_photos, $"{Guid.NewGuid():N}.photo");
        await File.WriteAllBytesAsync(fresh, new byte[10], Cancel);

        Assert.Null(await Files.CheckAsync(_ada));
        var report = (await Files.CheckAsync(_root))!;
        Assert.Equal((2, 20L, 0), (report.Removed, report.RemovedBytes, report.Missing.Count));
        Assert.False(Directory.Exists(half));
        Assert.True(File.Exists(fresh));
        Assert.Equal(4, Originals().Count);
    }

    private List<string> Originals() => [.. Directory.GetFiles(_photos, "*.photo").Order()];

    private string InBackup(string file) => Path.Combine(new BackupShelf(_backups.Path).Newest!, "data", Path.GetRelativePath(Data, file));

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}

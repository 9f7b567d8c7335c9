using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Jobs;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests.Exports;

namespace WebStudio.Server.Tests.Storage;

/// <summary>A disk that is really full: see <see cref="TinyDisk"/>.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_and_a_checkpoint_on_it_leave_nothing_half_and_name_no_path()
    {
        using var disk = new TinyDisk(16);
        await using var server = await StudioServer.StartAsync($"--Storage:Root={disk.Path}", "--Storage:FreeMegabytes=0");
        var ada = await server.JoinAsync("Ada");
        using var visitor = await server.SignInAsync("Ada");
        var album = await server.Services.GetRequiredService<IAlbums>().CreateAsync(ada, new("Summer", "Eve", null));
        var filler = disk.Fill(keepFree: 200_000);

        var refused = await UploadAsync(visitor, album);
        Assert.Equal("refused", refused.Status);
        Assert.Contains("disk of the server is full", refused.Reason);
        Assert.DoesNotContain(disk.Path, refused.Reason);
        var user = server.Services.GetRequiredService<DataFolders>().User(ada.UserId);
        Assert.Empty(Files(user));

        var checkpoint = Path.Combine(user, "jobs", "1", "run.checkpoint");
        var error = Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(checkpoint, stream => stream.Write(new byte[1_000_000])));
        Assert.Contains("disk of the server is full", JobFailure.Explain(error));
        Assert.DoesNotContain(disk.Path, JobFailure.Explain(error));
        Assert.Empty(Files(user));

        File.Delete(filler);
        Assert.Equal("added", (await UploadAsync(visitor, album)).Status);
    }

    [Fact]
    public async Task Of_files_on_it_an_export_is_whole()
    {
        using var disk = new TinyDisk(16);
        await using var server = await StudioServer.StartAsync($"--Storage:Root={disk.Path}", "--Storage:FreeMegabytes=0", "--Limits:ExportsPerMinute=0");
        var ada = await server.JoinAsync("Ada");
        using var visitor = await server.SignInAsync("Ada");
        var album = await server.Services.GetRequiredService<IAlbums>().CreateAsync(ada, new("Summer", "Eve", null));
        Assert.Equal("added", (await UploadAsync(visitor, album)).Status);
        disk.Fill();
        for (var n = 0; n < 3; n++)
            Assert.Contains(PlainZip.Read(await visitor.Http.GetByteArrayAsync("/files/account/everything.zip", Cancel)), e => e.Name.EndsWith("noise.png", StringComparison.Ordinal));
        Assert.DoesNotContain(Files(disk.Path), f => f.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_for_the_log_and_not_for_the_owner_of_the_job()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(Path.Combine(file, "below"), _ => { }));
        Assert.Contains(folder.Path, error.Message);
        Assert.DoesNotContain(folder.Path, JobFailure.Explain(error));
    }

    [Fact]
    public async Task Uploads_are_refused_before_it_is_full()
    {
        await using var server = await StudioServer.StartAsync("--Storage:FreeMegabytes=2000000000");
        var ada = await server.JoinAsync("Ada");
        using var visitor = await server.SignInAsync("Ada");
        var album = await server.Services.GetRequiredService<IAlbums>().CreateAsync(ada, new("Summer", "Eve", null));
        var refused = await UploadAsync(visitor, album);
        Assert.Equal("refused", refused.Status);
        Assert.Contains("are kept free", refused.Reason);
    }

    private static string[] Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }) : [];

    private static async Task<UploadAnswer> UploadAsync(StudioVisitor visitor, Guid album)
    {
        var pixels = new byte[900 * 600 * 3];
        new Random(1).NextBytes(pixels);
        using var response = await visitor.Http.PostAsync($"/api/albums/{album}/photos?name=noise.png", new ByteArrayContent(ImageEncoder.Encode(new RgbImage(900, 600, pixels), ImageFormat.Png)), Cancel);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, $"{response.StatusCode}");
        return (await response.Content.ReadFromJsonAsync<UploadAnswer>(Cancel))!;
    }

    private sealed record UploadAnswer(string Status, Guid? Photo, string Name, string? Reason);
}

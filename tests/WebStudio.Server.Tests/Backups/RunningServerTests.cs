using System.Net;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Storage;
using WebStudio.Server.Verbs;

namespace WebStudio.Server.Tests.Backups;

/// <summary>Back-ups by another process of a server that is kept busy, and a server that is started on what is restored.</summary>
public sealed class RunningServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task While_photos_and_versions_come_and_go_a_back_up_is_made_from_which_a_server_lacks_nothing()
    {
        var (data, backups, restored) = (_folder["data"], _folder["backups"], _folder["restored"]);
        await using var server = await StudioServer.StartAsync($"--Storage:Root={data}");
        var ada = await server.JoinAsync("Ada");
        using var visitor = await server.SignInAsync("Ada");
        var album = await server.Services.GetRequiredService<IAlbums>().CreateAsync(ada, new("Summer", "Eve", null));
        var trained = await server.Services.GetRequiredService<IAlbums>().CreateAsync(ada, new("Winter", "Eve", null)); // of one with a job no photo is deleted
        using var enough = new CancellationTokenSource();
        Task[] busy =
        [
            Task.Run(() => UploadAsync(visitor, album, 1, enough.Token)),
            Task.Run(() => UploadAsync(visitor, album, 2, enough.Token)),
            Task.Run(() => DeleteAsync(server, ada, album, enough.Token)),
            Task.Run(() => TrainAsync(server, ada, trained, enough.Token)),
        ];
        string backup = "";
        long[] counts = new long[3];
        for (var i = 0; i < counts.Length; i++)
        {
            var made = Cli.Run("backup", "--to", backups, "--data", data, "--json");
            Assert.True(made.ExitCode == ExitCode.Ok, made.Error);
            Assert.Equal(0, made.Json.GetProperty("lost").GetArrayLength());
            backup = made.Json.GetProperty("folder").GetString()!;
            counts[i] = Rows(Path.Combine(backup, "data")).Photos.Count;
            Assert.True(i == 0 || made.Json.GetProperty("copied_files").GetInt32() < made.Json.GetProperty("files").GetInt32());
        }
        await enough.CancelAsync();
        await Task.WhenAll(busy);
        Assert.True(counts[0] < counts[2], $"the server was not busy: {string.Join(", ", counts)} photos");

        var answer = Cli.Run("restore", backup, "--data", restored);
        Assert.True(answer.ExitCode == ExitCode.Ok, answer.Error);
        var (photos, versions) = Rows(restored);
        Assert.NotEmpty(versions);
        await using var second = await StudioServer.StartAsync($"--Storage:Root={restored}");
        using var again = await second.SignInAsync("Ada");
        using var sameBrowser = new StudioVisitor(second.Address, visitor.Cookies); // the keys of cookies came along
        Assert.Equal(HttpStatusCode.OK, (await sameBrowser.GetAsync("/account")).Status);
        foreach (var (id, hash) in photos)
        {
            Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await again.Http.GetByteArrayAsync($"/files/albums/{album}/photos/{id}/full"))));
            Assert.NotEmpty(await again.Http.GetByteArrayAsync($"/files/albums/{album}/photos/{id}/thumb"));
        }
        var folders = second.Services.GetRequiredService<DataFolders>();
        foreach (var (model, id, hash) in versions)
            Assert.All((string[])[BaseFolder.GeneratorFile, "anchors.safetensors", "model.json"], file => Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folders.Version(ada.UserId, model, id), file))))));
        Assert.Equal("added", await UploadOneAsync(again, album, new Random(3), "after.png"));
    }

    private static async Task UploadAsync(StudioVisitor visitor, Guid album, int seed, CancellationToken enough)
    {
        var random = new Random(seed);
        for (var n = 0; !enough.IsCancellationRequested && n < 450; n++)
        {
            Assert.Equal("added", await UploadOneAsync(visitor, album, random, $"{seed}-{n}.png"));
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task<string> UploadOneAsync(StudioVisitor visitor, Guid album, Random random, string name)
    {
        var pixels = new byte[60 * 40 * 3];
        random.NextBytes(pixels);
        using var response = await visitor.Http.PostAsync($"/api/albums/{album}/photos?name={name}", new ByteArrayContent(ImageEncoder.Encode(new RgbImage(60, 40, pixels), ImageFormat.Png)));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text.Contains("\"added\"", StringComparison.Ordinal) ? "added" : text;
    }

    private static async Task DeleteAsync(StudioServer server, Viewer ada, Guid album, CancellationToken enough)
    {
        var albums = server.Services.GetRequiredService<IAlbums>();
        while (!enough.IsCancellationRequested)
        {
            if ((await albums.PhotosAsync(ada, album)).Skip(3).LastOrDefault() is { } newest)
                await albums.DeletePhotoAsync(ada, newest.Id);
            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>Writes what trainings write, in their order: checkpoints again and again, a version's folder and then its row; every other version is erased soon, its row first.</summary>
    private static async Task TrainAsync(StudioServer server, Viewer ada, Guid album, CancellationToken enough)
    {
        var folders = server.Services.GetRequiredService<DataFolders>();
        var model = new Model { OwnerId = ada.UserId, StudioId = ada.StudioId, AlbumId = album, Name = "Eve", CreatedAt = DateTimeOffset.UtcNow };
        var job = new Job { OwnerId = ada.UserId, StudioId = ada.StudioId, RequestId = Guid.NewGuid(), AlbumId = album, ModelId = model.Id, Request = "{}", State = JobState.Paused, CreatedAt = DateTimeOffset.UtcNow };
        await using (var db = await server.DatabaseAsync())
        {
            db.AddRange(model, job);
            await db.SaveChangesAsync(CancellationToken.None);
        }
        var random = new Random(4);
        for (var n = 1; !enough.IsCancellationRequested; n++)
        {
            var content = new byte[random.Next(100_000, 300_000)];
            random.NextBytes(content);
            AtomicFile.Write(TrainingRun.Checkpoint(folders.Job(ada.UserId, job.Id)), stream => stream.Write(content));
            var version = new ModelVersion { OwnerId = ada.UserId, StudioId = ada.StudioId, ModelId = model.Id, Number = n, Name = $"Version {n}", Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)), Report = "{}", Attributes = "yaw" };
            var folder = folders.Version(ada.UserId, model.Id, version.Id);
            AtomicFolder.Write(folder, beside =>
            {
                foreach (var file in (string[])[BaseFolder.GeneratorFile, "anchors.safetensors", "model.json"])
                    File.WriteAllBytes(Path.Combine(beside, file), content);
            });
            await using var db = await server.DatabaseAsync();
            db.Add(version);
            await db.SaveChangesAsync(CancellationToken.None);
            await Task.Delay(200, CancellationToken.None);
            if (n % 2 == 0)
                continue;
            db.Remove(version);
            await db.SaveChangesAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the rows of a data folder name, read without the program.</summary>
    private static (List<(Guid Id, string Sha256)> Photos, List<(Guid Model, Guid Id, string Sha256)> Versions) Rows(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "webstudio.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        List<(Guid, string)> photos = [];
        List<(Guid, Guid, string)> versions = [];
        using (var command = new SqliteCommand("SELECT Id, Sha256 FROM Photos", connection))
        using (var reader = command.ExecuteReader())
            while (reader.Read())
                photos.Add((reader.GetGuid(0), reader.GetString(1)));
        using (var command = new SqliteCommand("SELECT ModelId, Id, Sha256 FROM Versions", connection))
        using (var reader = command.ExecuteReader())
            while (reader.Read())
                versions.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2)));
        return (photos, versions);
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebStudio.Components.Albums;
using WebStudio.Components.Creations;
using WebStudio.Components.Models;
using WebStudio.Components.Training;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Telemetry;

/// <summary>Logs may be kept and sent away: they say what happened and to which identifier, never to whom.</summary>
public sealed class LogTests
{
    private const string Person = "Xanthippe Quillfeather", Mail = "xanthippe.quillfeather@example.org", FileName = "xanthippe at the sea.png";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signing_in_uploading_and_failing_leave_no_names_in_the_log()
    {
        await using var studio = await StudioServer.StartAsync("--Logging:LogLevel:WebStudio=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Information", "--Logging:LogLevel:Default=Information");
        var lines = new Lines();
        studio.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        var viewer = await studio.JoinAsync("Xanthippe.Quillfeather");
        using var visitor = studio.Visit();
        await visitor.SignInAsync(Mail, "a wrong password");
        await visitor.SignInAsync(Mail, StudioServer.Password);
        var album = await studio.Services.GetRequiredService<Components.Albums.IAlbums>().CreateAsync(viewer, new("Summer", Person, null));
        foreach (var bytes in (byte[][])[ImageEncoder.Encode(PictureBytes.Gradient(64, 64), ImageFormat.Png), [1, 2, 3]])
            using (await visitor.Http.PostAsync($"/api/albums/{album}/photos?name={Uri.EscapeDataString(FileName)}", new ByteArrayContent(bytes), TestContext.Current.CancellationToken))
            {
            }
        await FailAsync(studio, viewer, album);
        await studio.Services.GetRequiredService<Components.Albums.IAlbums>().DeleteAsync(viewer, album);
        Assert.NotEmpty(lines.Of("WebStudio"));
        Assert.DoesNotContain(lines.Of("WebStudio"), line => line.Contains("xanthippe", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(lines.Of(""), line => line.Contains(Person, StringComparison.OrdinalIgnoreCase) || line.Contains(Mail, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_a_failed_training_or_repair_tells_its_owner_is_not_in_the_log()
    {
        using var folder = new TemporaryFolder();
        await using var studio = await EditingStudio.StartAsync(folder.Path, "--Logging:LogLevel:Default=Information");
        var (lines, services) = (new Lines(), studio.App.Services);
        services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        var member = await studio.JoinAsync("ada");
        var (ada, model) = (member.Viewer, await studio.AddModelAsync(member.Viewer, SmallModel.Write));
        await services.GetRequiredService<IModels>().RenameAsync(ada, model.ModelId, Person);

        // The person withdraws while the job waits.
        var queue = services.GetRequiredService<TrainingService>();
        await queue.SetPausedAsync("root", true);
        var job = new Job { OwnerId = ada.UserId, StudioId = ada.StudioId, RequestId = Guid.NewGuid(), AlbumId = model.AlbumId, ModelId = model.ModelId, Request = JsonSerializer.Serialize(new TrainingRequest { RequestId = Guid.NewGuid(), AlbumId = model.AlbumId, Attributes = [] }), State = JobState.Queued, CreatedAt = DateTimeOffset.UtcNow };
        await using var db = await services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel);
        db.Add(job);
        await db.SaveChangesAsync(Cancel);
        await services.GetRequiredService<IAlbums>().UpdateAsync(ada, model.AlbumId, new("Summer", Person, new(Person, "a model of me", new DateOnly(2024, 2, 29))));
        await queue.SetPausedAsync("root", false);
        while (!await db.Jobs.AnyAsync(j => j.Id == job.Id && j.State == JobState.Failed, Cancel))
            await Task.Delay(50, Cancel);
        Assert.Contains(Person, await db.Jobs.Where(j => j.Id == job.Id).Select(j => j.Error).SingleAsync(Cancel), StringComparison.Ordinal);

        var creations = services.GetRequiredService<ICreations>();
        var (repair, _) = await creations.StartAsync(ada, model.VersionId, Guid.NewGuid(), new EnhancementRequest { FileName = FileName, Damage = Damage.Colourless, Aligned = true }, [new(FileName, new MemoryStream(ImageEncoder.Encode(PictureBytes.Gradient(64, 48), ImageFormat.Png)))]);
        while ((await creations.FindAsync(ada, repair!.Value))!.IsOpen)
            await Task.Delay(50, Cancel);
        Assert.Contains(FileName, (await creations.FindAsync(ada, repair.Value))!.Error, StringComparison.Ordinal);

        await using var client = await EditorClient.ConnectAsync(member);
        var kept = await client.SaveAsync((await client.OpenAsync(model.VersionId, "photo:3")).Session, Person, [10]);
        await client.SendForReviewAsync(kept.Id, "");
        await Assert.ThrowsAnyAsync<Exception>(() => client.SendForReviewAsync(kept.Id, ""));

        Assert.Contains(lines.Of("WebStudio"), line => line.Contains($"Job {job.Id} failed", StringComparison.Ordinal));
        Assert.Contains(lines.Of("WebStudio"), line => line.Contains($"Creation {repair} failed", StringComparison.Ordinal));
        Assert.DoesNotContain(lines.Of(""), line => line.Contains("xanthippe", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A training that cannot be done, up to its end.</summary>
    private static async Task FailAsync(StudioServer studio, Components.Access.Viewer viewer, Guid album)
    {
        await using var db = await studio.DatabaseAsync();
        var model = new Model { OwnerId = viewer.UserId, StudioId = viewer.StudioId, AlbumId = album, Name = Person, CreatedAt = DateTimeOffset.UtcNow };
        var job = new Job { OwnerId = viewer.UserId, StudioId = viewer.StudioId, RequestId = Guid.NewGuid(), AlbumId = album, ModelId = model.Id, Request = "no request", State = JobState.Queued, CreatedAt = DateTimeOffset.UtcNow };
        db.AddRange(model, job);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        studio.Services.GetRequiredService<TrainingService>().Wake();
        for (var tries = 0; tries < 200 && !await db.Jobs.AnyAsync(j => j.Id == job.Id && j.State == JobState.Failed, TestContext.Current.CancellationToken); tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    private sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<(string Category, string Text)> _lines = new();

        public IEnumerable<string> Of(string category) => _lines.Where(l => l.Category.StartsWith(category, StringComparison.Ordinal)).Select(l => l.Text);

        public ILogger CreateLogger(string categoryName) => new Category(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ConcurrentQueue<(string, string)> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull
            {
                lines.Enqueue((name, $"{state}"));
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue((name, $"{formatter(state, exception)} {exception}"));
        }
    }
}

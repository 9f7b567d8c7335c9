using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;

namespace WebStudio.Server.Tests.Telemetry;

/// <summary>Logs may be kept and sent away: they say what happened and to which identifier, never to whom.</summary>
public sealed class LogTests
{
    private const string Person = "Xanthippe Quillfeather", Mail = "xanthippe.quillfeather@example.org", FileName = "xanthippe at the sea.png";

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

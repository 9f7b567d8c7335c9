using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using WebStudio.Components.Access;
using WebStudio.Components.Admin;
using WebStudio.Server.Telemetry;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Telemetry;

/// <summary>What the server tells its operator.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, byte[]> _received = new();
    private WebApplication _collector = null!;
    private EditingStudio _studio = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _collector = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]).Build();
        _collector.MapPost("/{**path}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _received.AddOrUpdate(request.Path, body.ToArray(), (_, before) => [.. before, .. body.ToArray()]);
            return Results.Ok();
        });
        await _collector.StartAsync(Cancel);
        _studio = await EditingStudio.StartAsync(_folder.Path, $"--Telemetry:OtlpEndpoint={_collector.Urls.First()}");
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        await _collector.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_edit_shows_in_the_figures_of_the_page_and_at_the_collector_and_secrets_do_not()
    {
        var ada = await _studio.JoinAsync("ada");
        var root = await _studio.JoinAsync("root", [StudioRoles.Admin]);
        var model = await _studio.AddModelAsync(ada.Viewer, SmallModel.Write);
        await using (var editor = await EditorClient.ConnectAsync(ada))
        {
            var session = await editor.OpenAsync(model.VersionId, "portrait:1");
            await editor.SetAsync(session.Session, 1, [.. session.Attributes.Select(_ => double.NaN)], full: false);
            await editor.FrameAsync();
            var sample = await _studio.App.Services.GetRequiredService<ServerStatus>().SampleAsync(Cancel);
            Assert.Equal((1, 1, 0), (sample.Connections, sample.Users, sample.Waiting));
            Assert.True(sample is { EditMedian: > 0, EditHigh: > 0, Tensors: > 0, MemoryBytes: > 0, StoredBytes: > 0, FreeBytes: > 0 }, sample.ToString());
            Assert.Equal(0, sample.CacheHits); // it had to be loaded
        }
        using (var http = ada.Http())
            foreach (var path in (string[])["/join/5ecre7of4link", "/account"])
                using (await http.GetAsync(path, Cancel))
                {
                }

        var status = _studio.App.Services.GetRequiredService<IServerStatus>();
        Assert.NotEmpty(status.Samples(root.Viewer));
        Assert.Empty(status.Samples(ada.Viewer));
        Assert.Empty(await status.PartsAsync(ada.Viewer));
        Assert.All(await status.PartsAsync(root.Viewer), part => Assert.True(part.Works, part.ToString()));

        _studio.App.Services.GetRequiredService<MeterProvider>().ForceFlush();
        _studio.App.Services.GetRequiredService<TracerProvider>().ForceFlush();
        var metrics = Encoding.Latin1.GetString(_received["/v1/metrics"]);
        foreach (var name in (string[])["webstudio.edit.latency", "webstudio.model_cache.requests", "webstudio.queue.length", "webstudio.tensors.live", "webstudio.storage.free"])
            Assert.Contains(name, metrics);
        var traces = Encoding.Latin1.GetString(_received["/v1/traces"]);
        Assert.Contains("/account", traces);
        Assert.DoesNotContain("5ecre7of4link", traces);
        Assert.DoesNotContain("ada@example.org", metrics + traces);
    }

    [Fact]
    public async Task Health_says_whether_the_parts_work()
    {
        using var http = new HttpClient { BaseAddress = _studio.Address };
        Assert.Equal("Healthy", await http.GetStringAsync("/health/live", Cancel));
        Assert.Equal("""{"status":"healthy","parts":{"database":"healthy","data folder":"healthy","device":"healthy"}}""", await http.GetStringAsync("/health/ready", Cancel));
        Directory.Delete(_folder.Path, recursive: true); // the disk is gone
        using var answer = await http.GetAsync("/health/ready", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("\"data folder\":\"unhealthy\"", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("Healthy", await http.GetStringAsync("/health/live", Cancel));
        Directory.CreateDirectory(_folder.Path);
    }
}

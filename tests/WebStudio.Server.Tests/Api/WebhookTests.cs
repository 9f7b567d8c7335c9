using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Server.Api.Webhooks;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;

namespace WebStudio.Server.Tests.Api;

/// <summary>A real receiver on a port of its own is told of a job's end, signed, and again where it did not listen.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Signature, string Delivery, string Body)> _received = new();
    private WebApplication _receiver = null!;
    private volatile int _answer = 200;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => $"{_receiver.Urls.First()}/hook";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            _received.Enqueue((request.Headers["X-WebStudio-Signature"].ToString(), request.Headers["X-WebStudio-Delivery"].ToString(), await reader.ReadToEndAsync()));
            return Results.StatusCode(_answer);
        });
        await _receiver.StartAsync(Cancel);
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task A_jobs_end_is_told_once_and_signed_with_the_secret()
    {
        await using var studio = await StudioServer.StartAsync("--Webhooks:AllowPrivateAddresses=true");
        var viewer = await studio.JoinAsync("Ada");
        var (secret, refusal) = await studio.Services.GetRequiredService<IApiAccess>().AddWebhookAsync(viewer, Address);
        Assert.Null(refusal);
        var job = await FailAsync(studio, viewer);
        var (signature, _, body) = await NextAsync();
        var told = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("job.ended", job, "failed"), (told.GetProperty("event").GetString(), told.GetProperty("job").GetProperty("id").GetGuid(), told.GetProperty("job").GetProperty("state").GetString()));
        var parts = signature.Split(',').ToDictionary(p => p.Split('=')[0], p => p.Split('=')[1]);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret!), Encoding.UTF8.GetBytes($"{parts["t"]}.{body}"))), parts["v1"]);
        Assert.InRange(DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], System.Globalization.CultureInfo.InvariantCulture)), TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(1));
        await using var db = await studio.DatabaseAsync();
        for (var tries = 0; tries < 100 && await db.WebhookMessages.AnyAsync(Cancel); tries++)
            await Task.Delay(50, Cancel);
        Assert.Equal("answered 200", (await db.Webhooks.SingleAsync(Cancel)).LastResult);
        Assert.Empty(_received); // nothing twice
        Assert.DoesNotContain(secret!, (await db.Webhooks.SingleAsync(Cancel)).ProtectedSecret);
    }

    [Fact]
    public async Task What_the_receiver_did_not_take_is_kept_and_sent_again()
    {
        await using var studio = await StudioServer.StartAsync("--Webhooks:AllowPrivateAddresses=true");
        var viewer = await studio.JoinAsync("Ada");
        var api = studio.Services.GetRequiredService<IApiAccess>();
        await api.AddWebhookAsync(viewer, Address);
        _answer = 503;
        await FailAsync(studio, viewer);
        var first = await NextAsync();
        await using var db = await studio.DatabaseAsync();
        WebhookMessage? waiting = null;
        for (var tries = 0; tries < 100 && waiting is not { Tries: 1 }; tries++)
        {
            await Task.Delay(50, Cancel);
            waiting = await db.WebhookMessages.AsNoTracking().SingleAsync(Cancel);
        }
        Assert.InRange(waiting!.NextTryAt - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        var entry = Assert.Single(await api.WebhooksAsync(viewer));
        Assert.Equal(("answered 503", 1), (entry.LastResult, entry.Waiting));

        _answer = 204;
        await db.WebhookMessages.ExecuteUpdateAsync(set => set.SetProperty(m => m.NextTryAt, DateTimeOffset.UtcNow), Cancel);
        studio.Services.GetRequiredService<WebhookSender>().Wake();
        var second = await NextAsync();
        Assert.Equal((first.Delivery, first.Body), (second.Delivery, second.Body)); // by which a receiver knows that it is the same
    }

    [Fact]
    public async Task A_receiver_that_never_answers_holds_up_nobody_elses_messages()
    {
        await using var studio = await StudioServer.StartAsync("--Webhooks:AllowPrivateAddresses=true");
        var (mute, viewer) = (await studio.JoinAsync("Mallory"), await studio.JoinAsync("Ada"));
        var api = studio.Services.GetRequiredService<IApiAccess>();
        using var silent = new TcpListener(IPAddress.Loopback, 0); // connections are taken and never answered
        silent.Start();
        await api.AddWebhookAsync(mute, $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/");
        await api.AddWebhookAsync(viewer, Address);
        await using var db = await studio.DatabaseAsync();
        var dead = await db.Webhooks.Where(w => w.OwnerId == mute.UserId).Select(w => w.Id).SingleAsync(Cancel);
        for (var n = 0; n < 50; n++)
            db.WebhookMessages.Add(new() { WebhookId = dead, Body = "{}", NextTryAt = DateTimeOffset.UtcNow - TimeSpan.FromHours(1) });
        await db.SaveChangesAsync(Cancel);
        Assert.Null(await api.TryWebhookAsync(mute, dead));
        Assert.Contains("still waits", await api.TryWebhookAsync(mute, dead));
        using var asked = await silent.AcceptTcpClientAsync(Cancel); // it is being waited for
        var job = await FailAsync(studio, viewer);
        Assert.Contains(job.ToString(), (await NextAsync()).Body);
        // Ada's came while the first of Mallory's was still being sent.
        Assert.Equal(("", 51), (await db.Webhooks.AsNoTracking().Where(w => w.Id == dead).Select(w => w.LastResult).SingleAsync(Cancel), await db.WebhookMessages.CountAsync(m => m.WebhookId == dead && m.Tries == 0, Cancel)));

        asked.Close(); // now it is known that nobody is there: none of the others is sent
        for (var tries = 0; tries < 300 && await db.WebhookMessages.AnyAsync(m => m.WebhookId == dead && m.Tries == 0, Cancel); tries++)
            await Task.Delay(100, Cancel);
        Assert.Equal(51, await db.WebhookMessages.CountAsync(m => m.WebhookId == dead && m.Tries == 1, Cancel));
        Assert.StartsWith("not reached", (await db.Webhooks.AsNoTracking().SingleAsync(w => w.Id == dead, Cancel)).LastResult);
    }

    [Theory]
    [InlineData("http://127.0.0.1/hook")]
    [InlineData("http://localhost:9/hook")]
    [InlineData("http://[::1]/hook")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://[::ffff:192.168.0.1]/")]
    public async Task Addresses_of_the_servers_own_network_are_refused(string address)
    {
        await using var studio = await StudioServer.StartAsync();
        var viewer = await studio.JoinAsync("Ada");
        Assert.Contains("own network", (await studio.Services.GetRequiredService<IApiAccess>().AddWebhookAsync(viewer, address)).Refusal);
    }

    [Theory]
    [InlineData("ftp://example.org/")]
    [InlineData("example.org")]
    [InlineData("https://ada:secret@example.org/")]
    public async Task What_is_no_web_address_is_refused(string address)
    {
        await using var studio = await StudioServer.StartAsync();
        var viewer = await studio.JoinAsync("Ada");
        Assert.Contains("https://", (await studio.Services.GetRequiredService<IApiAccess>().AddWebhookAsync(viewer, address)).Refusal);
    }

    [Fact]
    public async Task A_name_that_turned_to_the_own_network_after_it_was_added_is_not_reached()
    {
        await using var studio = await StudioServer.StartAsync();
        var viewer = await studio.JoinAsync("Ada");
        await using var db = await studio.DatabaseAsync();
        db.Webhooks.Add(new() { OwnerId = viewer.UserId, Address = Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), ProtectedSecret = studio.Services.GetRequiredService<WebhookSecrets>().Protect("s"), CreatedAt = DateTimeOffset.UtcNow });
        await db.SaveChangesAsync(Cancel);
        await FailAsync(studio, viewer);
        for (var tries = 0; tries < 200 && (await db.Webhooks.AsNoTracking().SingleAsync(Cancel)).LastResult.Length == 0; tries++)
            await Task.Delay(50, Cancel);
        Assert.Contains("own network", (await db.Webhooks.AsNoTracking().SingleAsync(Cancel)).LastResult);
        Assert.Empty(_received);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("100.64.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("fe80::1", false)]
    public void The_open_network_is_told_from_the_others(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    /// <summary>A training that cannot be done.</summary>
    private static async Task<Guid> FailAsync(StudioServer studio, Viewer viewer)
    {
        var album = await studio.Services.GetRequiredService<Components.Albums.IAlbums>().CreateAsync(viewer, new("Summer", "Lea", null));
        await using var db = await studio.DatabaseAsync();
        var model = new Model { OwnerId = viewer.UserId, StudioId = viewer.StudioId, AlbumId = album, Name = "Lea", CreatedAt = DateTimeOffset.UtcNow };
        var job = new Job { OwnerId = viewer.UserId, StudioId = viewer.StudioId, RequestId = Guid.NewGuid(), AlbumId = album, ModelId = model.Id, Request = "no request", State = JobState.Queued, CreatedAt = DateTimeOffset.UtcNow };
        db.AddRange(model, job);
        await db.SaveChangesAsync(Cancel);
        studio.Services.GetRequiredService<TrainingService>().Wake();
        return job.Id;
    }

    private async Task<(string Signature, string Delivery, string Body)> NextAsync()
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (_received.TryDequeue(out var message))
                return message;
            await Task.Delay(100, Cancel);
        }
        throw new TimeoutException("The receiver was told nothing.");
    }
}

using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Editing;
using static TorchSharp.torch;

namespace WebStudio.Server.Tests.Editing;

/// <summary>The editor's hub over a real connection, against pictures that the engine makes of codes worked out here.</summary>
public sealed class StudioHubTests : IAsyncLifetime
{
    // JPEG at the hub's quality, and bfloat16 against float32, on soft 128 px faces.
    private const double SamePicture = 32;

    private readonly TemporaryFolder _folder = new();
    private EditingStudio _studio = null!;
    private Member _ada = null!;
    private SeededModel _model = null!;

    public async ValueTask InitializeAsync()
    {
        _studio = await EditingStudio.StartAsync(_folder.Path, "--Editing:PreviewSize=64", "--Editing:FreeComponents=3");
        _ada = await _studio.JoinAsync("ada");
        _model = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_slider_moves_the_person_along_its_direction_and_nothing_else()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var session = await client.OpenAsync(_model.VersionId, "photo:2");
        Assert.Equal(("yaw smile", 3, 128, 64), (string.Join(' ', session.Attributes.Select(a => a.Name)), session.Free.Count, session.Resolution, session.Preview));
        Assert.All(session.Attributes, a => Assert.Equal((a.Minimum, a.Maximum), (a.Ticks.Min(), a.Ticks.Max()), CloseBy));
        Assert.Equal(session.Attributes[0].Ticks[2], session.Attributes[0].Value, 1e-3); // the slider starts at the photo's own value

        await client.SetAsync(session.Session, 1, [double.NaN, double.NaN], true);
        var start = await client.FrameAsync();
        var far = session.Attributes[0].Value > 0 ? -18.0 : 18; // towards the other end of the range
        await client.SetAsync(session.Session, 2, [far, double.NaN], true);
        var turned = await client.FrameAsync();

        Assert.Equal((1, 2, 128, 128), (start.Seq, turned.Seq, turned.Width, turned.Height));
        Assert.InRange(Psnr(Expected("photo:2", null), Decode(start.Bytes)), SamePicture, 99);
        Assert.InRange(Psnr(Expected("photo:2", far), Decode(turned.Bytes)), SamePicture, 99);
        Assert.InRange(Psnr(Decode(start.Bytes), Decode(turned.Bytes)), 0, SamePicture - 4);
    }

    [Fact]
    public async Task While_a_slider_moves_pictures_come_at_preview_size()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var session = await client.OpenAsync(_model.VersionId, "photo:0");
        await client.SetAsync(session.Session, 1, [-10], false);
        var frame = await client.FrameAsync();
        Assert.Equal((64, 64, false), (frame.Width, frame.Height, frame.Outside));
        Assert.InRange(Psnr(Expected("photo:0", -10, stopAt: 64), Decode(frame.Bytes)), 30, 99);
    }

    [Fact]
    public async Task Only_the_newest_of_the_requests_that_wait_is_answered()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var session = await client.OpenAsync(_model.VersionId, "photo:0");
        using var gate = new ManualResetEventSlim();
        var busy = _studio.App.Services.GetRequiredService<GpuExecutor>().Interactive(() => gate.Wait(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        for (var seq = 1; seq <= 50; seq++)
            await client.SetAsync(session.Session, seq, [seq / 5.0], false);
        gate.Set();
        Assert.True(await busy);
        Assert.Equal(50, (await client.FrameAsync()).Seq);
        // Whatever else had been rendered would have come before the answer to a later request.
        await client.SetAsync(session.Session, 51, [0], false);
        Assert.Equal(51, (await client.FrameAsync()).Seq);
        Assert.Equal(0, client.FramesLeft);
    }

    [Fact]
    public async Task Equal_seeds_start_from_equal_portraits()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        async Task<byte[]> Portrait(int seed)
        {
            var session = await client.OpenAsync(_model.VersionId, $"portrait:{seed}");
            await client.SetAsync(session.Session, seed, [], true);
            var bytes = (await client.FrameAsync()).Bytes;
            await client.CloseAsync(session.Session);
            return bytes;
        }
        var first = await Portrait(5);
        Assert.Equal(first, await Portrait(5));
        Assert.NotEqual(first, await Portrait(6));
    }

    [Fact]
    public async Task Others_cannot_open_it_and_supervisors_can_only_look()
    {
        var bob = await _studio.JoinAsync("bob");
        var admin = await _studio.JoinAsync("admin", [StudioRoles.Admin, StudioRoles.Supervisor], studio: "Elsewhere");
        foreach (var stranger in (Member[])[bob, admin])
        {
            await using var client = await EditorClient.ConnectAsync(stranger);
            Assert.Contains("does not exist", (await Assert.ThrowsAsync<HubException>(() => client.OpenAsync(_model.VersionId, "photo:0"))).Message);
        }

        await using var owner = await EditorClient.ConnectAsync(_ada);
        var session = await owner.OpenAsync(_model.VersionId, "photo:0");
        await using var thief = await EditorClient.ConnectAsync(bob);
        await Assert.ThrowsAsync<HubException>(() => thief.SetAsync(session.Session, 1, [5], true));
        await Assert.ThrowsAsync<HubException>(() => thief.SaveAsync(session.Session, "mine", [5]));
        await thief.CloseAsync(session.Session);
        await owner.SetAsync(session.Session, 1, [5], false); // still open
        Assert.Equal(1, (await owner.FrameAsync()).Seq);

        await using var supervisor = await EditorClient.ConnectAsync(await _studio.JoinAsync("grace", [StudioRoles.Supervisor]));
        var seen = await supervisor.OpenAsync(_model.VersionId, "photo:0");
        await supervisor.SetAsync(seen.Session, 1, [5], false);
        Assert.Equal(1, (await supervisor.FrameAsync()).Seq);
        Assert.Contains("owner", (await Assert.ThrowsAsync<HubException>(() => supervisor.SaveAsync(seen.Session, "mine", [5]))).Message);
    }

    [Fact]
    public async Task Nobody_connects_without_signing_in() =>
        Assert.Contains("401", (await Assert.ThrowsAsync<HttpRequestException>(() => EditorClient.ConnectAsync(_ada with { Ticket = "made up" }))).Message);

    [Theory]
    [InlineData("photo:12", "there is no photo 13")]
    [InlineData("photo:-1", "no starting point")]
    [InlineData("portrait:many", "no starting point")]
    [InlineData("", "no starting point")]
    public async Task A_starting_point_that_is_none_is_named(string start, string says)
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        Assert.Contains(says, (await Assert.ThrowsAsync<HubException>(() => client.OpenAsync(_model.VersionId, start))).Message);
    }

    [Fact]
    public async Task Values_that_fit_no_slider_are_refused_and_the_next_request_is_answered()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var session = await client.OpenAsync(_model.VersionId, "photo:0");
        await client.SetAsync(session.Session, 1, [1, 2, 3, 4, 5, 6], true);
        Assert.Contains("6 slider values", await client.FailureAsync());
        await client.SetAsync(session.Session, 2, [double.PositiveInfinity], true);
        Assert.Contains("finite", await client.FailureAsync());
        await client.SetAsync(session.Session, 3, [1], true);
        Assert.Equal(3, (await client.FrameAsync()).Seq);
    }

    [Fact]
    public async Task A_connection_has_four_sessions_at_most_and_learns_when_one_has_ended()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var sessions = new List<Guid>();
        for (var n = 0; n < 4; n++)
            sessions.Add((await client.OpenAsync(_model.VersionId, $"photo:{n}")).Session);
        Assert.Contains("at most 4", (await Assert.ThrowsAsync<HubException>(() => client.OpenAsync(_model.VersionId, "photo:4"))).Message);
        await client.CloseAsync(sessions[1]);
        await client.OpenAsync(_model.VersionId, "photo:4");
        Assert.Contains("has ended", (await Assert.ThrowsAsync<HubException>(() => client.SetAsync(sessions[1], 1, [0], true))).Message);
        Assert.Equal(sessions[1], await client.EndedAsync());
    }

    [Fact]
    public async Task An_editor_that_leaves_while_it_opens_leaves_no_session_behind()
    {
        var executor = _studio.App.Services.GetRequiredService<GpuExecutor>();
        var sessions = _studio.App.Services.GetRequiredService<EditSessions>();
        using var gate = new ManualResetEventSlim();
        var busy = executor.Interactive(() => gate.Wait(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        using var gone = new CancellationTokenSource();
        var opening = sessions.OpenAsync(_ada.Viewer, "page", _model.VersionId, "photo:0", gone.Token);
        // As SignalR does: the token, then the end of what the connection has so far.
        await gone.CancelAsync();
        await sessions.CloseAllAsync("page");
        gate.Set();
        Assert.True(await busy);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);

        // None is counted: as many fit as ever. Asked for at once, no more do.
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
        {
            try
            {
                return (await sessions.OpenAsync(_ada.Viewer, "page", _model.VersionId, $"photo:{n}")).Session;
            }
            catch (WebStudio.Gpu.InvalidInputException)
            {
                return Guid.Empty;
            }
        }));
        Assert.Equal(4, opened.Count(id => id != Guid.Empty));
        await sessions.CloseAllAsync("page");
    }

    [Fact]
    public async Task A_session_that_nobody_moves_ends_and_one_that_is_moved_stays()
    {
        var time = new HurriedTime();
        using var sessions = ActivatorUtilities.CreateInstance<EditSessions>(_studio.App.Services, time);
        await sessions.StartAsync(TestContext.Current.CancellationToken);
        var idle = (await sessions.OpenAsync(_ada.Viewer, "page", _model.VersionId, "photo:0")).Session;
        var moved = (await sessions.OpenAsync(_ada.Viewer, "page", _model.VersionId, "photo:1")).Session;
        time.Ahead = TimeSpan.FromMinutes(20);
        sessions.Find("page", moved)!.Submit(1, [1], false);
        time.Ahead = TimeSpan.FromMinutes(31); // Editing:IdleMinutes is 30
        while (sessions.Find("page", idle) is not null)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.NotNull(sessions.Find("page", moved));
        await sessions.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A clock that can be put forward; timers go off every few milliseconds.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5));
    }

    /// <summary>The picture as the engine's parts make it: the anchor, set to a value of yaw.</summary>
    private RgbImage Expected(string start, double? yaw, int? stopAt = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = PersonalizedModel.Load(_model.Folder, ComputeContext.Cpu);
        var anchor = model.Anchors[int.Parse(start.Split(':')[1])].unsqueeze(0);
        var code = yaw is { } value ? AttributeEdit.Set(anchor, model.Mean, model.Directions, [model.Target("yaw", value).Target]) : anchor;
        return RgbImage.FromTensor(model.Generator.Render(code, stopAtResolution: stopAt)[0]);
    }

    private RgbImage Decode(byte[] bytes) => ImageFile.Read(_folder.Write($"{Guid.NewGuid():N}.jpg", bytes));

    private static double Psnr(RgbImage a, RgbImage b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return 10 * Math.Log10(255.0 * 255 / Math.Max(1e-9, a.Pixels.Zip(b.Pixels).Average(p => Math.Pow(p.First - p.Second, 2))));
    }

    private static bool CloseBy((double Low, double High) a, (double Low, double High) b) => Math.Abs(a.Low - b.Low) < 1e-3 && Math.Abs(a.High - b.High) < 1e-3;
}

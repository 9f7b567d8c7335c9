using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WebStudio.Server.Tests.Kills;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>A real server in a control group whose memory is taken away while it trains: the kernel would end all of it, and what must end is the one job.</summary>
[Collection(nameof(KillTests))]
public sealed class ShortMemoryTests
{
    private const long Left = 100 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_that_runs_short_fails_the_one_job_with_its_steps_kept_and_the_server_serves_on()
    {
        using var folder = new TemporaryFolder();
        var (token, album) = await FacesFolder.MakeAsync(folder.Path);
        using var group = new MemoryGroup();
        using var server = KilledServer.StartIn(group.Members, folder.Path, token, "--Training:QuickPasses=100000", "--Training:CheckpointSeconds=3600");
        await server.WaitUntilReadyAsync();
        using var started = await server.Http.PostAsJsonAsync("/api/v1/jobs", new { requestId = Guid.NewGuid(), albumId = album, attributes = (string[])["yaw"], quality = "quick" }, Cancel);
        var job = (await started.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid();
        var told = (await UntilAsync(server, job, now => Passes(now) >= 2)).GetProperty("passes").GetInt32();

        group.Leave(Left);
        var failed = await UntilAsync(server, job, now => State(now) == "failed");
        Assert.Matches(@"memory ran short while this was training at \d+ px: 0\.\d GB were free, of about 0\.\d GB", failed.GetProperty("error").GetString());
        Assert.True(StepOf(folder.Path) >= told, "passes that were told are lost");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/api/v1/albums", Cancel)).StatusCode);

        // Once more without room: told before anything begins.
        await ResumeAsync(server, job);
        Assert.Matches(@"takes about 0\.\d GB of memory, and 0\.\d GB are free", (await UntilAsync(server, job, now => State(now) == "failed")).GetProperty("error").GetString());

        var kept = StepOf(folder.Path);
        group.Lift();
        await ResumeAsync(server, job);
        Assert.True(Passes(await UntilAsync(server, job, now => Passes(now) > kept)) > kept);
        Assert.Equal(0, await server.EndAsync());
        Assert.True(StepOf(folder.Path) > kept);
        Assert.Equal(0, group.Kills);
    }

    private static async Task ResumeAsync(KilledServer server, Guid job)
    {
        using var answer = await server.Http.PostAsync($"/api/v1/jobs/{job}/resume", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static int StepOf(string data) => new FolderCheck(data).Step(Assert.Single(Rows.Read(data).Jobs));

    private static string? State(JsonElement job) => job.GetProperty("state").GetString();

    private static int Passes(JsonElement job) => State(job) == "running" && job.GetProperty("passes") is { ValueKind: JsonValueKind.Number } passes ? passes.GetInt32() : 0;

    private static async Task<JsonElement> UntilAsync(KilledServer server, Guid job, Predicate<JsonElement> reached)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(50, Cancel))
        {
            var now = await server.Http.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}", Cancel);
            if (reached(now))
                return now;
            Assert.True(State(now) is "queued" or "preparing" or "running", now.ToString());
        }
        throw new TimeoutException("It never came so far.");
    }
}

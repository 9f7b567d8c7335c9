using System.Net.Http.Json;
using System.Text.Json;

namespace WebStudio.Server.Tests.Kills;

/// <summary>A server that is asked to end, as systemd does, while it trains.</summary>
[Collection(nameof(KillTests))]
public sealed class StopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asked_to_end_it_keeps_its_training_to_the_step_and_goes_on_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        var (token, album) = await FacesFolder.MakeAsync(folder.Path);
        Guid job;
        int atEnd;
        using (var server = KilledServer.Start(folder.Path, token, "--Training:QuickPasses=100000", "--Training:CheckpointSeconds=3600"))
        {
            await server.WaitUntilReadyAsync();
            using var started = await server.Http.PostAsJsonAsync("/api/v1/jobs", new { requestId = Guid.NewGuid(), albumId = album, attributes = (string[])["yaw"], quality = "quick" }, Cancel);
            job = (await started.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid();
            var told = await PassAsync(server, job, 2);
            Assert.Equal(0, await server.EndAsync());
            Assert.DoesNotContain("fail:", server.Said, StringComparison.Ordinal);
            atEnd = StepOf(folder.Path);
            Assert.True(atEnd >= told, $"pass {told} was told, {atEnd} are kept"); // a batch holds all of the album: a pass is a step
        }
        Assert.Equal("Running", Assert.Single(Rows.Read(folder.Path).Jobs).State);

        using var again = KilledServer.Start(folder.Path, token, "--Training:QuickPasses=100000", "--Training:CheckpointSeconds=3600");
        await again.WaitUntilReadyAsync();
        int now;
        while ((now = StepOf(folder.Path)) == atEnd)
            await Task.Delay(50, Cancel);
        Assert.True(now > atEnd, $"it began again: {atEnd} steps were kept, now there are {now}");
    }

    /// <summary>Steps in the checkpoint of the only job.</summary>
    private static int StepOf(string data) => new FolderCheck(data).Step(Assert.Single(Rows.Read(data).Jobs));

    /// <summary>The first pass told that is at least the one that is waited for.</summary>
    private static async Task<int> PassAsync(KilledServer server, Guid job, int pass)
    {
        while (true)
        {
            var now = await server.Http.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}", Cancel);
            Assert.True(now.GetProperty("state").GetString() is "queued" or "preparing" or "running", now.ToString());
            if (now.GetProperty("passes") is { ValueKind: JsonValueKind.Number } passes && passes.GetInt32() >= pass)
                return passes.GetInt32();
            await Task.Delay(50, Cancel);
        }
    }
}

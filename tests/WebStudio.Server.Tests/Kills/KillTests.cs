namespace WebStudio.Server.Tests.Kills;

/// <summary>A server that is killed in the middle of everything; the benchmark's verb kill does it a hundred times.</summary>
[Collection(nameof(KillTests))]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 6, WaitEvery = 3, Seed = 7;

    [Fact]
    public async Task A_server_that_is_killed_keeps_what_it_said_and_serves_nothing_half()
    {
        using var folder = new TemporaryFolder();
        var report = await new KillRun(folder.Path, Seed, output.WriteLine, WaitEvery).RunAsync(Rounds);
        Assert.True(report.Wrong.Count == 0, string.Join('\n', report.Wrong));
        // A run in which nothing was under way would show nothing.
        Assert.True(report is { Photos: >= 10, Deletions: > 0, Trainings: > 0, Resumed: > 0 }, report.ToString());
    }
}

namespace WebStudio.Server.Tests.Input;

/// <summary>Alone: memory of the process is looked at.</summary>
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
public sealed class FuzzCollection;

/// <summary>Five hundred spoilt files; the benchmark's verb fuzz throws ten thousand.</summary>
[Collection(nameof(FuzzTests))]
public sealed class FuzzTests
{
    private const int Count = 500, Seed = 20261125;

    [Fact]
    public async Task Spoilt_files_are_taken_or_refused_in_a_sentence_and_nothing_else_happens()
    {
        await using var studio = await StudioServer.StartAsync("--Albums:MaxPhotos=5000");
        var viewer = await studio.JoinAsync("Ada");
        var report = await FuzzRun.RunAsync(studio.Services, viewer, Count, Seed);
        Assert.True(report.Wrong.Count == 0, string.Join('\n', report.Wrong));
        Assert.Empty(report.Left);
        Assert.Equal(Count, report.Taken + report.Refused);
        Assert.InRange(report.Refused, Count / 4, Count - 10); // a mutator that spoils nothing, or everything, would show nothing
        Assert.InRange(report.TakenNetworks, 1, Count); // some come as far as the trial picture
        Assert.InRange(report.RefusedNetworks, 1, Count);
        Assert.InRange(report.Growth, 0, 1.5);
    }
}

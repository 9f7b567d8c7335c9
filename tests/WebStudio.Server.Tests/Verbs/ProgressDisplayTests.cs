using WebStudio.Gpu.Personalization;
using WebStudio.Server.Verbs;

namespace WebStudio.Server.Tests.Verbs;

public class ProgressDisplayTests
{
    private static readonly PersonalizationProgress Status = new(
        PersonalizationStage.Training, Done: 34, Total: 200, Elapsed: TimeSpan.FromSeconds(65), Remaining: TimeSpan.FromSeconds(271),
        Perceptual: 0.21345, L2: 0.0123, Anchor: 0.0041, SecondsPerPhoto: 0.0224, ResidentBytes: 1_230_000_000);

    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void A_line_says_pass_losses_seconds_a_photo_time_left_and_memory()
    {
        new ProgressDisplay(_output, width: null).Show(ProgressLine.Of(Status));
        Assert.Equal("   1:05  training pass 34/200  ETA 4:31  perceptual 0.2135  L2 0.0123  anchor 0.0041  0.022 s/photo  1.23 GB\n", _output.ToString());
    }

    [Fact]
    public void What_is_not_known_is_left_out()
    {
        var bare = new PersonalizationProgress(PersonalizationStage.Preparing, 3, null, TimeSpan.Zero, null);
        new ProgressDisplay(_output, width: null).Show(ProgressLine.Of(bare));
        Assert.Equal("   0:00  preparing photo 3\n", _output.ToString());
    }

    [Fact]
    public void Redirected_output_gets_a_line_every_few_seconds_and_one_for_each_new_stage_and_end()
    {
        var display = new ProgressDisplay(_output, width: null);
        for (var second = 0; second <= 12; second++)
            display.Show(new("curating", "photo", second, 100, TimeSpan.FromSeconds(second), []));
        display.Show(new("inverting", "photo", 1, 10, TimeSpan.FromSeconds(12.1), []));
        display.Show(new("inverting", "photo", 2, 10, TimeSpan.FromSeconds(12.2), []));
        display.Show(new("inverting", "photo", 10, 10, TimeSpan.FromSeconds(12.3), []));
        display.Break();
        Assert.Equal(["curating photo 0/100", "curating photo 5/100", "curating photo 10/100", "inverting photo 1/10", "inverting photo 10/10"],
            _output.ToString().TrimEnd().Split('\n').Select(line => line[9..]));
        Assert.DoesNotContain('\r', _output.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(24)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(132)]
    [InlineData(400)]
    public void A_live_line_stays_within_the_window_and_in_printable_ascii(int width)
    {
        var display = new ProgressDisplay(_output, () => width);
        for (var pass = 0; pass <= 200; pass += 10)
            display.Show(ProgressLine.Of(Status with { Done = pass, Elapsed = TimeSpan.FromSeconds(pass) }));
        var lines = _output.ToString().Split('\r')[1..];
        Assert.Equal(21, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, Math.Max(1, width - 1)));
        Assert.All(lines, line => Assert.All(line, c => Assert.InRange(c, ' ', '~')));
        Assert.DoesNotContain('\n', _output.ToString());
    }

    [Fact]
    public void A_wide_window_shows_everything_a_narrow_one_what_matters_most()
    {
        string Live(int width)
        {
            var output = new StringWriter();
            new ProgressDisplay(output, () => width).Show(ProgressLine.Of(Status));
            return output.ToString().TrimStart('\r').TrimEnd();
        }
        Assert.Equal("training pass 34/200 [###.................]  ETA 4:31  perceptual 0.2135  L2 0.0123  anchor 0.0041  0.022 s/photo  1.23 GB", Live(200));
        Assert.Equal("training pass 34/200 [#.....]  ETA 4:31", Live(40));
        Assert.Equal("training pass 34/200", Live(24));
        Assert.Equal("training p", Live(11));
    }

    [Fact]
    public void A_shorter_line_wipes_what_was_left_of_a_longer_one()
    {
        var display = new ProgressDisplay(_output, () => 80);
        display.Show(new("curating a rather long name", "photo", 1, null, TimeSpan.Zero, []));
        display.Show(new("training", "pass", 1, null, TimeSpan.FromSeconds(1), []));
        var lines = _output.ToString().Split('\r')[1..];
        Assert.Equal(lines[0].Length, lines[1].Length);
        Assert.Equal("training pass 1", lines[1].TrimEnd());
    }

    [Fact]
    public void Notes_and_results_start_on_a_line_of_their_own_after_a_live_line()
    {
        var error = new StringWriter { NewLine = "\n" };
        using (var console = new VerbConsole(json: false, _output, error, plain: false))
        {
            console.Progress(new("training", "pass", 1, null, TimeSpan.Zero, []));
            console.Note("Stopping.");
            console.Line("Done.");
        }
        Assert.Equal("\rtraining pass 1\nDone.\n", _output.ToString());
        Assert.Equal("Stopping.\n", error.ToString());
    }

    [Fact]
    public void With_json_standard_output_carries_the_answer_and_nothing_else()
    {
        var error = new StringWriter { NewLine = "\n" };
        using (var console = new VerbConsole(json: true, _output, error, plain: true))
        {
            console.Progress(new("training", "pass", 1, 2, TimeSpan.Zero, []));
            console.Line("for people");
            console.Answer(new { PhotosUsed = 3, Loss = double.NaN, Stage = PersonalizationStage.Training, ByName = new Dictionary<string, int> { ["yaw°"] = 1 } });
            Assert.Throws<InvalidOperationException>(() => console.Answer(new { }));
        }
        Assert.Equal("""{"photos_used":3,"loss":"NaN","stage":"training","by_name":{"yaw°":1}}""" + "\n", _output.ToString());
        Assert.Equal("   0:00  training pass 1/2\n", error.ToString());
    }
}

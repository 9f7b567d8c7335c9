namespace WebStudio.Server.Tests.Verbs;

/// <summary>What every verb has in common, on the real executable.</summary>
public class CommandLineTests
{
    [Fact]
    public void The_help_names_the_verbs()
    {
        var run = Cli.Run("--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Usage:", run.Output);
        Assert.Contains("generator", run.Output);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("generator")]
    [InlineData("generator", "frobnicate")]
    [InlineData("generator", "inspect")]
    [InlineData("generator", "inspect", "a", "b")]
    [InlineData("generator", "render", "a", "--out", "b")]
    [InlineData("--frobnicate")]
    public void A_wrong_command_line_is_a_usage_error_on_standard_error(params string[] arguments) =>
        Cli.Run(arguments).Fails(2, "error: ", "--help'.");

    [Fact]
    public void A_value_that_is_not_accepted_names_option_value_and_what_is()
    {
        Cli.Run("generator", "render", "x", "--codes", "x", "--out", "x", "--noise", "loud").Fails(2, "--noise: 'loud' is not accepted; const, none or random is.");
        Cli.Run("generator", "render", "x", "--codes", "x", "--out", "x", "--truncation", "eleven").Fails(2, "--truncation: 'eleven' is not accepted; a number from -10 to 10 is.");
        Cli.Run("generator", "map", "x", "--latents", "x", "--out", "x", "--cutoff", "1.5").Fails(2, "--cutoff: '1.5' is not accepted; a whole number from 0 to 18 is.");
        Cli.Run("generator", "map", "x", "--latents", "x", "--out", "x", "--psi", "NaN").Fails(2, "--psi: 'NaN' is not accepted");
    }

    [Fact]
    public void A_size_that_no_network_has_is_no_size_for_the_bench() =>
        Cli.Run("bench", "--sizes", "64,100").Fails(2, "--sizes: '100' is not accepted; powers of two from 8 to 1024 are.");

    [Fact]
    public void Model_verbs_name_what_is_missing_before_they_work()
    {
        Cli.Run("personalize", "/nowhere", "--out", "/nowhere/model", "--attributes", "yaw").Fails(1, "/nowhere does not exist");
        Cli.Run("personalize", "/nowhere", "--out", "/nowhere/model", "--attributes", "yaw,smlie").Fails(2, "'smlie' is no attribute; accepted are yaw, pitch, roll, smile, mouth, eyes, age");
        Cli.Run("edit", "/nowhere", "/nowhere.jpg", "--set", "yaw=200", "--out", "x.png").Fails(2, "yaw takes degrees from -90 to 90");
        Cli.Run("edit", "/nowhere", "/nowhere.jpg", "--set", "yaw=20", "--out", "x.png").Fails(1, "/nowhere.jpg does not exist");
        Cli.Run("edit", "/nowhere", "/nowhere.jpg", "--out", "x.png").Fails(2, "What shall be edited?");
        Cli.Run("synthesize", "/nowhere", "--out", "x", "--count", "0").Fails(2, "--count: '0' is not accepted");
        Cli.Run("report", "/nowhere").Fails(1, "/nowhere is not a personalised model");
    }

    [Fact]
    public void A_word_that_begins_with_an_at_sign_is_a_file_name_and_no_response_file() =>
        Cli.Run("generator", "inspect", "@nowhere").Fails(1, "@nowhere");

    [Fact]
    public void The_trace_of_an_error_is_shown_on_request_only()
    {
        Cli.Run("generator", "inspect", "/nowhere").Fails(1);
        var run = Cli.Run("generator", "inspect", "/nowhere", "--verbose");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("   at ", run.Error);
    }
}

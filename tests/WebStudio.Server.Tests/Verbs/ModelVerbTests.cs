using System.CommandLine;
using WebStudio.Server.Verbs;
using WebStudio.Server.Verbs.Models;

namespace WebStudio.Server.Tests.Verbs;

/// <summary>How the command lines of the model verbs are read; no model is needed for that.</summary>
public class ModelVerbTests
{
    private static readonly PersonalizeVerb Personalize = new((_, _, _) => ExitCode.Ok);
    private static readonly EditVerb Edit = new((_, _, _) => ExitCode.Ok);
    private static readonly SynthesizeVerb Synthesize = new((_, _, _) => ExitCode.Ok);

    [Fact]
    public void Personalize_reads_every_option()
    {
        var request = Personalize.Read(Parse("personalize", "album", "--out", "out/p", "--attributes", "yaw,smile", "--minutes", "8", "--passes", "200", "--levels", "yaw=8",
            "--curriculum", "--lambda", "0.01", "--beta", "0.03", "--seed", "7", "--resume", "--overrides", "mine.json", "--base", "ffhq", "--device", "cpu"));
        Assert.Equal(["yaw", "smile"], request.Attributes);
        Assert.Equal(new Dictionary<string, int> { ["yaw"] = 8 }, request.Levels);
        Assert.Equivalent(new { Album = "album", Out = "out/p", Budget = TimeSpan.FromMinutes(8), Passes = 200, Curriculum = true, Lambda = 0.01, Beta = 0.03, Seed = 7, Resume = true, Overrides = "mine.json", Base = "ffhq", Device = "cpu" }, request);
    }

    [Fact]
    public void Personalize_has_a_time_budget_unless_passes_are_given_alone()
    {
        PersonalizeRequest Read(params string[] more) => Personalize.Read(Parse(["personalize", "a", "--out", "o", "--attributes", "yaw", .. more]));
        Assert.Equal((TimeSpan.FromMinutes(8), null), (Read().Budget, Read().Passes));
        Assert.Equal((null, 40), (Read("--passes", "40").Budget, Read("--passes", "40").Passes));
        Assert.Equal((TimeSpan.FromSeconds(30), null), (Read("--minutes", "0.5").Budget, Read("--minutes", "0.5").Passes));
        Assert.Equivalent(new { Curriculum = false, Lambda = (double?)null, Beta = (double?)null, Resume = false, Overrides = (string?)null, Base = (string?)null, Device = "auto" }, Read());
    }

    [Theory]
    [InlineData("--minutes: '0' is not accepted; a number from 0.1 to 10080 is.", "--minutes", "0")]
    [InlineData("--passes: '-3' is not accepted", "--passes", "-3")]
    [InlineData("--lambda: 'much' is not accepted", "--lambda", "much")]
    [InlineData("--beta: '2' is not accepted", "--beta", "2")]
    public void Personalize_refuses_what_makes_no_sense(string says, params string[] more) =>
        Assert.Contains(says, Assert.Single(Errors(["personalize", "a", "--out", "o", "--attributes", "yaw", .. more])));

    [Fact]
    public void Levels_belong_to_attributes_that_are_asked_for() =>
        Assert.Equal("--levels: smile is not among the --attributes.",
            Assert.Throws<UsageException>(() => Personalize.Read(Parse("personalize", "a", "--out", "o", "--attributes", "yaw", "--levels", "smile=4"))).Message);

    [Fact]
    public void Directions_and_their_components_are_chosen_together()
    {
        PersonalizeRequest Read(params string[] more) => Personalize.Read(Parse(["personalize", "a", "--out", "o", "--attributes", "yaw", .. more]));
        Assert.Equal(("prior", "anchors"), (Read().Axes, Read().Components));
        Assert.Equal(("combination", "sefa"), (Read("--axes", "combination", "--components", "SeFa").Axes, Read("--axes", "combination", "--components", "SeFa").Components));
        Assert.Contains("--axes combination or component", Assert.Throws<UsageException>(() => Read("--components", "sefa")).Message);
        Assert.Empty(Personalize.Read(Parse("personalize", "a", "--out", "o", "--attributes", "none")).Attributes);
    }

    [Fact]
    public void Edit_reads_settings_strip_or_both()
    {
        var both = Edit.Read(Parse("edit", "model", "photo.jpg", "--set", "yaw=20°", "--strip", "smile", "--out", "x.png"));
        Assert.Equal(("model", "photo.jpg", "smile", "x.png"), (both.Model, both.Photo, both.Strip, both.Out));
        Assert.Equal([new("yaw", 20)], both.Settings);
        Assert.Null(Edit.Read(Parse("edit", "model", "photo.jpg", "--set", "yaw=20", "--out", "x.png")).Strip);
        Assert.Empty(Edit.Read(Parse("edit", "model", "photo.jpg", "--strip", "yaw", "--out", "x.webp")).Settings);
    }

    [Fact]
    public void Edit_refuses_nothing_to_do_contradictions_and_unknown_formats()
    {
        string Refusal(params string[] arguments) => Assert.Throws<UsageException>(() => Edit.Read(Parse(["edit", "m", "p.png", .. arguments]))).Message;
        Assert.Contains("What shall be edited?", Refusal("--out", "x.png"));
        Assert.Contains("smile is also set", Refusal("--out", "x.png", "--set", "smile=3", "--strip", "smile"));
        Assert.Contains("the photo itself", Refusal("--out", "./p.png", "--strip", "smile"));
        Assert.Contains("--out: x.tiff: pictures are written as .png", Assert.Single(Errors("edit", "m", "p", "--out", "x.tiff", "--strip", "smile")));
    }

    [Fact]
    public void A_name_that_is_no_attribute_is_refused_wherever_it_stands()
    {
        Assert.Contains("'yow' is no attribute", Errors("personalize", "a", "--out", "o", "--attributes", "yow")[0]);
        Assert.Contains("'yow' is no attribute", Errors("edit", "m", "p", "--out", "x.png", "--set", "yow=3")[0]);
        Assert.Contains("'yow' is no attribute", Errors("edit", "m", "p", "--out", "x.png", "--set", "yaw=3", "--strip", "yow")[0]);
    }

    [Fact]
    public void Synthesize_reads_count_seed_and_settings()
    {
        var request = Synthesize.Read(Parse("synthesize", "model", "--count", "3", "--set", "yaw=-15", "--set", "smile=80%", "--seed", "5", "--out", "faces"));
        Assert.Equal(("model", 3, 5, "faces"), (request.Model, request.Count, request.Seed, request.Out));
        Assert.Equal([new("yaw", -15), new("smile", 80)], request.Settings);
        Assert.Equal(8, Synthesize.Read(Parse("synthesize", "model", "--out", "faces")).Count);
        Assert.Contains("from 1 to 10000", Assert.Single(Errors("synthesize", "model", "--count", "0", "--out", "faces")));
    }

    private static ParseResult Parse(params string[] arguments)
    {
        var parsed = new RootCommand { Personalize, Edit, Synthesize }.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return parsed;
    }

    private static string[] Errors(params string[] arguments) => [.. new RootCommand { Personalize, Edit, Synthesize }.Parse(arguments).Errors.Select(e => e.Message)];
}

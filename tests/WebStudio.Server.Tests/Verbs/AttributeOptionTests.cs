using System.CommandLine;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Tests.Verbs;

public class AttributeOptionTests
{
    [Theory]
    [InlineData("yaw=20", "yaw", 20)]
    [InlineData("yaw=-15", "yaw", -15)]
    [InlineData("Yaw=+7.5°", "yaw", 7.5)]
    [InlineData("pitch=10deg", "pitch", 10)]
    [InlineData("roll=10 degrees", "roll", 10)]
    [InlineData("smile=80%", "smile", 80)]
    [InlineData("smile=80", "smile", 80)]
    [InlineData(" mouth = 0 % ", "mouth", 0)]
    [InlineData("eyes=1e2", "eyes", 100)]
    [InlineData("age=35years", "age", 35)]
    [InlineData("age=35y", "age", 35)]
    public void Values_are_read_with_and_without_their_unit(string text, string attribute, double value) =>
        Assert.Equal(new AttributeSetting(attribute, value), AttributeSetting.Read(text, out _));

    [Theory]
    [InlineData("yaw", "'yaw' has no value; write attribute=value")]
    [InlineData("", "has no value")]
    [InlineData("yow=20", "'yow' is no attribute; accepted are yaw, pitch, roll, smile, mouth, eyes, age")]
    [InlineData("=20", "'' is no attribute")]
    [InlineData("1=20", "'1' is no attribute")]
    [InlineData("yaw=", "yaw takes degrees from -90 to 90, as in 20 or 20°")]
    [InlineData("yaw=20%", "yaw takes degrees from -90 to 90")]
    [InlineData("yaw=91", "yaw takes degrees from -90 to 90")]
    [InlineData("yaw=nan", "yaw takes degrees")]
    [InlineData("yaw=20=30", "yaw takes degrees")]
    [InlineData("smile=20°", "smile takes percent from 0 to 100")]
    [InlineData("smile=-1", "smile takes percent from 0 to 100")]
    [InlineData("smile=0,5", "smile takes percent")]
    [InlineData("age=121", "age takes years from 0 to 120, as in 20 or 20years")]
    public void Whatever_else_is_refused_with_what_is_accepted(string text, string says)
    {
        Assert.Null(AttributeSetting.Read(text, out var error));
        Assert.Contains(says, error);
    }

    [Fact]
    public void A_tag_is_named_with_its_prefix_and_keeps_its_value_as_a_word()
    {
        Assert.Equal(new AttributeSetting("Glasses", 0, "yes"), AttributeSetting.Read("tag:Glasses = yes", out _));
        Assert.Equal(["yaw", "beard"], Parse(AttributeOptions.Attributes(), "--attributes", "yaw,tag:beard"));
        Assert.Equal("beard", Parse(AttributeOptions.Strip("test"), "--strip", "tag:beard"));
        foreach (var (text, says) in (ReadOnlySpan<(string, string)>)[("tag:=yes", "names no tag"), ("tag:Yaw=3", "measured on the photos and cannot be a tag"), ("tag:beard=", "beard has no value"), ("beard=yes", "accepted are yaw, pitch, roll, smile, mouth, eyes, age and tag:NAME")])
        {
            Assert.Null(AttributeSetting.Read(text, out var error));
            Assert.Contains(says, error);
        }
    }

    [Fact]
    public void Settings_are_repeated_options_and_each_attribute_is_set_once()
    {
        var set = AttributeOptions.Set("test");
        Assert.Equal([new("yaw", -15), new("smile", 80)], Parse(set, "--set", "yaw=-15", "--set", "smile=80%"));
        Assert.Empty(Parse(set)!);
        Assert.Equal(["--set: yaw is set twice."], Errors(set, "--set", "yaw=1", "--set", "yaw=2"));
        Assert.Equal(2, Errors(set, "--set", "yow=1", "--set", "smile").Length);
        Assert.Single(Errors(set, "--set"));
    }

    [Fact]
    public void Attributes_keep_the_order_in_which_they_are_named()
    {
        var attributes = AttributeOptions.Attributes();
        Assert.Equal(["smile", "yaw"], Parse(attributes, "--attributes", "smile,YAW"));
        Assert.Contains("accepted are yaw", Assert.Single(Errors(attributes, "--attributes", "yaw,smlie")));
        Assert.Equal(["--attributes: yaw is named twice."], Errors(attributes, "--attributes", "yaw,yaw"));
        Assert.Contains("'' is no attribute", Assert.Single(Errors(attributes, "--attributes", "yaw,")));
        Assert.Single(Errors(attributes)); // required
    }

    [Fact]
    public void Levels_belong_to_attributes()
    {
        var levels = AttributeOptions.Levels();
        Assert.Equal(new Dictionary<string, int> { ["yaw"] = 8, ["smile"] = 4 }, Parse(levels, "--levels", "yaw=8", "--levels", "smile=4"));
        Assert.Equal(new Dictionary<string, int> { ["yaw"] = 8, ["smile"] = 4 }, Parse(levels, "--levels", "yaw=8,smile=4"));
        foreach (var wrong in (string[])["yaw", "yaw=", "yaw=1", "yaw=201", "yaw=eight", "yaw=8.5", "yow=8", "yaw=8,yaw=9"])
            Assert.Single(Errors(levels, "--levels", wrong));
    }

    [Fact]
    public void A_strip_is_over_one_attribute()
    {
        var strip = AttributeOptions.Strip("test");
        Assert.Equal("smile", Parse(strip, "--strip", "Smile"));
        Assert.Null(Parse(strip));
        Assert.Contains("accepted are", Assert.Single(Errors(strip, "--strip", "smile=20")));
    }

    private static T? Parse<T>(Option<T> option, params string[] arguments)
    {
        var parsed = new RootCommand { option }.Parse(arguments);
        if (option.Required || arguments.Length > 0)
            Assert.Empty(parsed.Errors);
        return parsed.GetValue(option);
    }

    private static string[] Errors<T>(Option<T> option, params string[] arguments) => [.. new RootCommand { option }.Parse(arguments).Errors.Select(e => e.Message)];
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace WebStudio.Server.Verbs.Options;

/// <summary>Options that name attributes. Each parser reports what is wrong and what is accepted.</summary>
internal static class AttributeOptions
{
    private const int MostLevels = 200;

    /// <summary>What --attributes takes for a model that controls none.</summary>
    public const string None = "none";

    /// <summary>--attributes yaw,smile: one or more names in the user's order, each once; none for a model that controls none.</summary>
    public static Option<IReadOnlyList<string>> Attributes() => new("--attributes")
    {
        Description = $"Attributes to make controllable, in the order in which they choose their direction: {string.Join(", ", AttributeSetting.Names)}; {AttributeSetting.TagPrefix}NAME for a tag from --overrides; {None} for a model without control, to compare with (MyStyle)",
        HelpName = "yaw,smile",
        Required = true,
        CustomParser = result =>
        {
            List<string> names = [];
            if (result.Tokens is [{ Value: None }])
                return names;
            foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',')))
                if (AttributeSetting.ReadName(part, out var error) is not { } name)
                    result.AddError($"--attributes: {error}.");
                else if (names.Contains(name))
                    result.AddError($"--attributes: {name} is named twice.");
                else
                    names.Add(name);
            return names;
        },
    };

    /// <summary>--set yaw=20 --set smile=80%: each attribute at most once.</summary>
    public static Option<IReadOnlyList<AttributeSetting>> Set(string description) => new("--set")
    {
        Description = description,
        HelpName = "yaw=20",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            List<AttributeSetting> settings = [];
            foreach (var token in result.Tokens)
                if (AttributeSetting.Read(token.Value, out var error) is not { } setting)
                    result.AddError($"--set: {error}.");
                else if (settings.Exists(s => s.Attribute == setting.Attribute))
                    result.AddError($"--set: {setting.Attribute} is set twice.");
                else
                    settings.Add(setting);
            return settings;
        },
    };

    /// <summary>--also smile=10%: further results, each with one value other than --set says.</summary>
    public static Option<IReadOnlyList<AttributeSetting>> Also() => new("--also")
    {
        Description = "One more result, with this value instead; may be repeated",
        HelpName = "smile=10%",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            List<AttributeSetting> settings = [];
            foreach (var token in result.Tokens)
                if (AttributeSetting.Read(token.Value, out var error) is { } setting)
                    settings.Add(setting);
                else
                    result.AddError($"--also: {error}.");
            return settings;
        },
    };

    /// <summary>--strip smile: one name; null where the option is not given.</summary>
    public static Option<string?> Strip(string description) => new("--strip")
    {
        Description = description,
        HelpName = "smile",
        CustomParser = result =>
        {
            if (AttributeSetting.ReadName(result.Tokens[0].Value, out var error) is { } name)
                return name;
            result.AddError($"--strip: {error}.");
            return null;
        },
    };

    /// <summary>--levels yaw=8: number of quantised levels by attribute, 2 to 200.</summary>
    public static Option<IReadOnlyDictionary<string, int>> Levels() => new("--levels")
    {
        Description = "Quantised levels of an attribute; without it the album decides",
        HelpName = "yaw=8",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => new Dictionary<string, int>(),
        CustomParser = result =>
        {
            Dictionary<string, int> levels = [];
            foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',')))
                ReadLevels(part, levels, result);
            return levels;
        },
    };

    private static void ReadLevels(string text, Dictionary<string, int> levels, ArgumentResult result)
    {
        var (left, right) = text.Split('=', 2) is [var l, var r] ? (l, r) : (text, "");
        if (AttributeSetting.ReadName(left, out var error) is not { } name)
            result.AddError($"--levels: {error}.");
        else if (!int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 2 || count > MostLevels)
            result.AddError($"--levels: '{text}' names no number of levels; write {name}=8, from 2 to {MostLevels}.");
        else if (!levels.TryAdd(name, count))
            result.AddError($"--levels: {name} is named twice.");
    }
}

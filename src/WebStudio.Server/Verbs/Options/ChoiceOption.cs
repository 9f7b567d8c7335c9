using System.CommandLine;

namespace WebStudio.Server.Verbs.Options;

/// <summary>An option that takes one of a few words, in any case; the value is the word as it is written here.</summary>
internal static class ChoiceOption
{
    /// <param name="name">The option, with its dashes.</param>
    /// <param name="description">What it chooses.</param>
    /// <param name="choices">The words; the first is the default.</param>
    public static Option<string> Create(string name, string description, params string[] choices)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => choices[0],
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } choice)
                    return choice;
                result.AddError($"{name}: '{text}' is not accepted; {string.Join(", ", choices[..^1])} or {choices[^1]} is.");
                return choices[0];
            },
        };
        option.CompletionSources.Add(choices);
        return option;
    }
}

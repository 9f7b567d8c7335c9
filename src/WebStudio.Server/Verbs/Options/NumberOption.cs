using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace WebStudio.Server.Verbs.Options;

/// <summary>An option whose value is one number within a range; null where it is not given.</summary>
internal static class NumberOption
{
    /// <param name="name">The option, with its dashes.</param>
    /// <param name="description">What it sets, with its unit.</param>
    /// <param name="least">Smallest value accepted.</param>
    /// <param name="most">Largest value accepted.</param>
    public static Option<T?> Create<T>(string name, string description, T least, T most) where T : struct, INumber<T> => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            // An integer's parser refuses a fraction and a number's refuses words; NaN fails both comparisons.
            if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                return value;
            var kind = typeof(T) == typeof(double) ? "a number" : "a whole number";
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not accepted; {kind} from {least} to {most} is."));
            return null;
        },
    };
}

using System.Globalization;

namespace WebStudio.Benchmarks.Support;

/// <summary>What a verb was given: --name value.</summary>
internal sealed class Arguments(string[] given)
{
    public int Number(string name, int otherwise) =>
        Array.IndexOf(given, name) is >= 0 and var at && at + 1 < given.Length ? int.Parse(given[at + 1], CultureInfo.InvariantCulture) : otherwise;
}

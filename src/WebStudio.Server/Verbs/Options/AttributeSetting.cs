using WebStudio.Gpu.Faces;

namespace WebStudio.Server.Verbs.Options;

/// <summary>A wish such as yaw=20 or smile=80%.</summary>
/// <param name="Attribute">The attribute's name, lower case.</param>
/// <param name="Value">In the attribute's unit: degrees, percent or years.</param>
internal sealed record AttributeSetting(string Attribute, double Value)
{
    /// <summary>Names that are understood, in the order of the estimators.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<FaceAttribute>().Select(name => name.ToLowerInvariant())];

    /// <summary>The attribute's name as it is written everywhere; null with an error where there is no such attribute.</summary>
    public static string? ReadName(string text, out string error)
    {
        var name = text.Trim().ToLowerInvariant();
        error = Names.Contains(name) ? "" : $"'{text}' is no attribute; accepted are {string.Join(", ", Names)}";
        return error.Length == 0 ? name : null;
    }

    /// <summary>Reads attribute=value; null with an error that says what is accepted.</summary>
    public static AttributeSetting? Read(string text, out string error)
    {
        var at = text.IndexOf('=');
        if (at < 0)
        {
            error = $"'{text}' has no value; write attribute=value, as in yaw=20 or smile=80%";
            return null;
        }
        if (ReadName(text[..at], out error) is not { } name)
            return null;
        var unit = AttributeUnit.Of(Enum.Parse<FaceAttribute>(name, ignoreCase: true));
        if (unit.TryRead(text[(at + 1)..], out var value))
            return new(name, value);
        error = $"'{text}' cannot be set: {name} takes {unit.Accepted}";
        return null;
    }
}

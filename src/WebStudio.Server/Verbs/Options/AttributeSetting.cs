using WebStudio.Gpu.Faces;

namespace WebStudio.Server.Verbs.Options;

/// <summary>A wish such as yaw=20, smile=80% or tag:glasses=yes.</summary>
/// <param name="Attribute">The attribute's name, lower case, or a tag's name as the user wrote it.</param>
/// <param name="Value">In the attribute's unit: degrees, percent or years; 0 for a tag.</param>
/// <param name="Label">The tag's value; null for measured attributes.</param>
internal sealed record AttributeSetting(string Attribute, double Value, string? Label = null)
{
    /// <summary>What tells a tag of the user's from a mistyped attribute.</summary>
    public const string TagPrefix = "tag:";


    /// <summary>Names that are understood, in the order of the estimators.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<FaceAttribute>().Select(name => name.ToLowerInvariant())];

    /// <summary>The attribute's name as it is written everywhere, a tag's without its prefix; null with an error where there is no such attribute.</summary>
    public static string? ReadName(string text, out string error)
    {
        if (text.Trim().StartsWith(TagPrefix, StringComparison.OrdinalIgnoreCase))
            return ReadTag(text.Trim()[TagPrefix.Length..].Trim(), out error);
        var name = text.Trim().ToLowerInvariant();
        error = Names.Contains(name) ? "" : $"'{text}' is no attribute; accepted are {string.Join(", ", Names)} and {TagPrefix}NAME for a tag of yours";
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
        if (!Names.Contains(name))
        {
            var label = text[(at + 1)..].Trim();
            error = label.Length > 0 ? "" : $"{name} has no value; write {TagPrefix}{name}=yes, or whatever the album's photos are tagged with";
            return label.Length > 0 ? new(name, 0, label) : null;
        }
        var unit = AttributeUnit.Of(Enum.Parse<FaceAttribute>(name, ignoreCase: true));
        if (unit.TryRead(text[(at + 1)..], out var value))
            return new(name, value);
        error = $"'{text}' cannot be set: {name} takes {unit.Accepted}";
        return null;
    }

    private static string? ReadTag(string name, out string error)
    {
        error = name.Length == 0 ? $"'{TagPrefix}' names no tag; write {TagPrefix}glasses"
            : Names.Contains(name.ToLowerInvariant()) ? $"'{TagPrefix}{name}': {name} is measured on the photos and cannot be a tag; write {name.ToLowerInvariant()}"
            : "";
        return error.Length == 0 ? name : null;
    }
}

using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace WebStudio.Server.Settings;

/// <summary>A section of the settings and the options it is bound to.</summary>
/// <param name="Name">Name of the section.</param>
/// <param name="Options">The type; its properties that can be set are the options.</param>
internal sealed record SettingsSection(string Name, Type Options)
{
    /// <summary>The options of the section.</summary>
    public IReadOnlyList<PropertyInfo> Keys { get; } = [.. Options.GetProperties().Where(p => p.SetMethod is { IsPublic: true })];

    /// <summary>What is wrong with the section's values, a sentence for each; each names its key.</summary>
    public IEnumerable<string> Mistakes(IConfiguration configuration)
    {
        foreach (var given in configuration.GetSection(Name).GetChildren())
        {
            var key = $"{Name}:{given.Key}";
            if (Keys.FirstOrDefault(p => string.Equals(p.Name, given.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
                yield return $"{key} is no option. {Name} has {string.Join(", ", Keys.Select(p => p.Name))}.";
            else if (given.Value is { } text && Mistake(property, text) is { } mistake)
                yield return $"{key} is '{text}'; {mistake}";
        }
    }

    private static string? Mistake(PropertyInfo property, string text)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var range = property.GetCustomAttribute<RangeAttribute>();
        var accepted = type == typeof(bool) ? "true or false is accepted." : range is null ? $"{Word(type)} is accepted." : $"{Word(type)} from {range.Minimum} to {range.Maximum} is accepted.";
        if (type == typeof(string))
            return text.Trim().Length == 0 && property.GetCustomAttribute<RequiredAttribute>() is not null ? "it must not be empty." : null;
        if (text.Length == 0 && (type != property.PropertyType || !type.IsValueType))
            return null; // a number that may be missing, a list without entries
        if (!System.ComponentModel.TypeDescriptor.GetConverter(type).IsValid(text))
            return accepted;
        return range?.IsValid(System.ComponentModel.TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text)) == false ? accepted : null;
    }

    private static string Word(Type type) => type == typeof(double) ? "a number" : type.IsEnum ? string.Join(", ", Enum.GetNames(type)) : type.IsPrimitive ? "a whole number" : "a list";
}

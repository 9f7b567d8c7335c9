using System.Text.Json;

namespace WebStudio.Server.Api;

/// <summary>How the API writes words that the program has as names: other_person, used.</summary>
internal static class ApiWords
{
    /// <summary>snake_case of an enumeration's value.</summary>
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The same; null stays null.</summary>
    public static string? Of<T>(T? value) where T : struct, Enum => value is { } there ? Of(there) : null;
}

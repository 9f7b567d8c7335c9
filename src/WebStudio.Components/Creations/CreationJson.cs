using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebStudio.Components.Creations;

/// <summary>A picture that came with a request, as it is kept.</summary>
/// <param name="File">Name among the creation's files.</param>
/// <param name="Name">Name as the user knows it.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
/// <param name="Sha256">Of the kept bytes, lower-case hexadecimal.</param>
public sealed record KeptUpload(string File, string Name, int Width, int Height, string Sha256);

/// <summary>A request with the pictures that came with it.</summary>
/// <typeparam name="TRequest">The kind's request.</typeparam>
/// <param name="Request">What was asked.</param>
/// <param name="Uploads">The pictures.</param>
public sealed record KeptRequest<TRequest>(TRequest Request, IReadOnlyList<KeptUpload> Uploads);

/// <summary>Requests and results as text; figures that could not be measured are NaN.</summary>
public static class CreationJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The text of something.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Something from its text; null where there is none.</summary>
    public static T? Read<T>(string json) where T : class => json.Length == 0 ? null : JsonSerializer.Deserialize<T>(json, Options);
}

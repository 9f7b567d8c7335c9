using System.Text.Json;
using System.Text.Json.Serialization;
using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Latents;

namespace WebStudio.Gpu.Personalization;

/// <summary>One controllable attribute of a model.</summary>
/// <param name="Name">yaw, smile, … or a tag.</param>
/// <param name="Unit">°, %, years, or empty.</param>
/// <param name="Ordered">False for tags.</param>
/// <param name="Minimum">Least coordinate (w_n − mean)·d_m of the gallery.</param>
/// <param name="Maximum">Greatest coordinate of the gallery.</param>
/// <param name="Coordinates">Knots of the calibration: coordinates.</param>
/// <param name="Values">Knots of the calibration: values in the unit.</param>
/// <param name="Labels">For tags: their values as words, by index; null for measured attributes.</param>
public sealed record ModelAttribute(string Name, string Unit, bool Ordered, double Minimum, double Maximum, IReadOnlyList<double> Coordinates, IReadOnlyList<double> Values, IReadOnlyList<string>? Labels = null)
{
    /// <summary>Coordinate ↔ value.</summary>
    [JsonIgnore]
    public Calibration Calibration => new(Coordinates, Values);

    /// <summary>The slider's ends in the attribute's unit: what the gallery covers.</summary>
    [JsonIgnore]
    public (double Minimum, double Maximum) Range => (Calibration.ToValue(Minimum), Calibration.ToValue(Maximum));
}

/// <summary>One photo a model was trained on.</summary>
/// <param name="Name">File name of the photo.</param>
/// <param name="Attributes">Its values, by attribute.</param>
public sealed record ModelPhoto(string Name, IReadOnlyDictionary<string, double> Attributes);

/// <summary>What <c>model.json</c> says of a personalised model; tensors lie beside it.</summary>
public sealed record ModelDescription
{
    /// <summary>Version of the folder form.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
    };

    /// <summary>Version of the folder form: 1.</summary>
    public required int Format { get; init; }

    /// <summary>When the model was finished, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Name of the base it was made from.</summary>
    public required string Base { get; init; }

    /// <summary>Perceptual distance it was trained with.</summary>
    public required string Perceptual { get; init; }

    /// <summary>How directions were chosen.</summary>
    public required AxisKind Axes { get; init; }

    /// <summary>β of the dilated hull.</summary>
    public required double Beta { get; init; }

    /// <summary>Attributes in the order of the directions.</summary>
    public required IReadOnlyList<ModelAttribute> Attributes { get; init; }

    /// <summary>Photos in the order of the anchors.</summary>
    public required IReadOnlyList<ModelPhoto> Photos { get; init; }

    /// <summary>Figures at the end of training.</summary>
    public required ModelReport Report { get; init; }

    /// <summary>Reads the text of a model.json.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="InvalidInputException">It is not JSON, of another version, or lacks something.</exception>
    public static ModelDescription Parse(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            var description = JsonSerializer.Deserialize<ModelDescription>(json, Options);
            return description?.Format == CurrentFormat ? description : throw new InvalidInputException($"{name} has format {description?.Format}; {CurrentFormat} is read.");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{name} does not describe a personalised model: {e.Message}", e);
        }
    }

    /// <summary>The text of a model.json.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using WebStudio.Gpu.Evaluation;

namespace WebStudio.Server.Models;

/// <summary>The report of a version as text in its row; figures that could not be measured are NaN.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static byte[] Write(StudyReport study) => JsonSerializer.SerializeToUtf8Bytes(study, Options);

    /// <returns>Null where the file is damaged.</returns>
    public static StudyReport? ReadStudy(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<StudyReport>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Write(ModelReport report) => JsonSerializer.Serialize(report, Options);

    public static ModelReport Read(string json) => JsonSerializer.Deserialize<ModelReport>(json, Options)!;
}
